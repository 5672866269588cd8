/// Dialects by name. Those that a product ships are read when somebody asks for them: to read all of them was about 36
/// of the 89 million instructions from exec to the first connection.
public struct DialectLibrary: Sendable, ExpressibleByDictionaryLiteral {
    private var known: [String: Dialect]
    private let shipped: Set<String>
    private let read: @Sendable (_ name: String) -> Dialect?

    public init(_ dialects: [String: Dialect]) {
        known = dialects
        shipped = []
        read = { _ in nil }
    }

    /// - Parameters:
    ///   - names: of the dialects that there are.
    ///   - read: gives the one with a name. It may be asked for the same one more than once.
    public init(names: some Sequence<String>, read: @escaping @Sendable (_ name: String) -> Dialect?) {
        known = [:]
        shipped = Set(names)
        self.read = read
    }

    public init(dictionaryLiteral elements: (String, Dialect)...) {
        self.init(Dictionary(elements) { _, last in last })
    }

    /// The names of all of them.
    public var keys: Set<String> { shipped.union(known.keys) }

    /// All of them, in no order.
    public var values: [Dialect] { keys.compactMap { self[$0] } }

    public subscript(name: String) -> Dialect? {
        get { known[name] ?? (shipped.contains(name) ? read(name) : nil) }
        set { known[name] = newValue }
    }
}
