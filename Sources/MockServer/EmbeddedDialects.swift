package import Fixtures

extension EmbeddedFiles {
    /// The dialects that the product ships, by name.
    package static let dialects: [String: Dialect] = {
        var dialects: [String: Dialect] = [:]
        for file in names(below: "dialects/data/") {
            guard let text = bytes(of: file) else { continue }
            let (dialect, diagnostics) = DialectLoader().load(text, file: file)
            // A test loads every one of them, so this can only be seen by who has just broken one.
            guard let dialect else {
                preconditionFailure(diagnostics.map { $0.rendered(colour: false) }.joined())
            }
            dialects[dialect.name] = dialect
        }
        return dialects
    }()
}
