extension FixtureLoader {
    /// Reads a fixture.
    ///
    /// - Parameters:
    ///   - text: the bytes of the file, UTF-8.
    ///   - file: the name for diagnostics.
    ///   - parameters: values that stand for those of the fixture's `parameters`. A name that the fixture does not
    ///     declare is an error.
    ///   - dialect: the name of the dialect that stands for the fixture's own.
    ///   - success: what stands for the fixture's own `success`.
    /// - Returns: the fixture, if there is no error, and every diagnostic in the order of the text.
    public func load(
        _ text: [UInt8], file: String, parameters: [String: String] = [:], dialect: String? = nil,
        success: ResponseTemplate? = nil
    ) -> Outcome {
        let findings = Findings(SourceText(text, file: file))
        let fixture = Composer.compose(findings, example: FixtureKey.example)
            .flatMap { root in
                FixtureDecoder(loader: self, findings: findings, dialectName: dialect, success: success)
                    .fixture(root, overrides: parameters)
            }
        return Outcome(fixture: findings.hasErrors ? nil : fixture, diagnostics: findings.diagnostics)
    }

    /// Reads a response that stands for a fixture's `success`: `status`, `headers` and one of `text`, `json`, `file`.
    public func loadSuccess(_ text: [UInt8], file: String) -> (response: ResponseTemplate?, diagnostics: [Diagnostic]) {
        let findings = Findings(SourceText(text, file: file))
        let response = Composer.compose(findings, example: ResponseKey.example).flatMap { root in
            ResponseDecoder(place: .success, readFile: readFile).response(Value(root, findings: findings))
        }
        return (findings.hasErrors ? nil : response, findings.diagnostics)
    }
}
