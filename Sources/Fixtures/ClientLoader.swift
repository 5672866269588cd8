/// Turns a client file's text into a ``ClientFile`` and every diagnostic at once.
public struct ClientLoader: Sendable {
    /// What a fixture is read with too: dialects by name, rules with their settings, and files below the folder.
    public var loader: FixtureLoader
    /// The placeholders that a command may have: `url`.
    public var placeholders: [String]

    public init(_ loader: FixtureLoader, placeholders: [String]) {
        self.loader = loader
        self.placeholders = placeholders
    }

    /// - Parameters:
    ///   - text: the bytes of the file, UTF-8.
    ///   - file: the name for diagnostics.
    /// - Returns: the client, if there is no error, and every diagnostic in the order of the text.
    public func load(_ text: [UInt8], file: String) -> (client: ClientFile?, diagnostics: [Diagnostic]) {
        let findings = Findings(SourceText(text, file: file))
        let client = Composer.compose(findings, example: ClientKey.example).flatMap { root in
            ClientDecoder(loader: loader, findings: findings, placeholders: placeholders)
                .client(Value(root, findings: findings))
        }
        return (findings.hasErrors ? nil : client, findings.diagnostics)
    }

    /// Whether a text means to be a client file rather than a fixture: it has commands and no routes.
    public static func isClient(_ text: [UInt8]) -> Bool {
        let keys = Composer.topLevelKeys(of: text)
        return keys.contains(ClientKey.commands.rawValue) && !keys.contains(FixtureKey.routes.rawValue)
    }
}
