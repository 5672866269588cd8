package import Fixtures
internal import Synchronization

extension EmbeddedFiles {
    private static let folder = "dialects/data/"

    /// The dialects that the product ships. Each is read once, when it is asked for; its file has its name.
    package static let dialects = DialectLibrary(
        names: names(below: folder).map { String($0.dropFirst(folder.count).dropLast(".yaml".count)) },
        read: dialect(named:))

    private static let read = Mutex<[String: Dialect]>([:])

    private static func dialect(named name: String) -> Dialect? {
        read.withLock { read in
            if let dialect = read[name] { return dialect }
            let file = "\(folder)\(name).yaml"
            guard let text = bytes(of: file) else { return nil }
            let (dialect, diagnostics) = DialectLoader().load(text, file: file)
            // A test loads every one of them, so this can only be seen by who has just broken one.
            guard let dialect else {
                preconditionFailure(diagnostics.map { $0.rendered(colour: false) }.joined())
            }
            read[name] = dialect
            return dialect
        }
    }
}
