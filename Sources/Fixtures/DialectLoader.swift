/// Turns a dialect's text into a ``Dialect`` and every diagnostic at once.
public struct DialectLoader: Sendable {
    /// Gives the bytes of a `file:` body.
    public var readFile: FixtureLoader.FileReader

    public init(
        readFile: @escaping FixtureLoader.FileReader = { _ in .failure(.init(reason: "cannot be read from here")) }
    ) {
        self.readFile = readFile
    }

    /// - Parameters:
    ///   - text: the bytes of the file, UTF-8.
    ///   - file: the name for diagnostics.
    /// - Returns: the dialect, if there is no error, and every diagnostic in the order of the text.
    public func load(_ text: [UInt8], file: String) -> (dialect: Dialect?, diagnostics: [Diagnostic]) {
        let findings = Findings(SourceText(text, file: file))
        let dialect = Composer.compose(findings, example: DialectKey.example).flatMap { root in
            DialectDecoder(findings: findings, readFile: readFile).dialect(Value(root, findings: findings))
        }
        return (findings.hasErrors ? nil : dialect, findings.diagnostics)
    }
}

extension DialectLoader {
    /// Whether a text means to be a dialect rather than a fixture: it has refusals and no routes.
    public static func isDialect(_ text: [UInt8]) -> Bool {
        let keys = Composer.topLevelKeys(of: text)
        return keys.contains(DialectKey.refusals.rawValue) && !keys.contains(FixtureKey.routes.rawValue)
    }
}
