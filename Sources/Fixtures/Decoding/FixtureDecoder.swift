internal import HTTPSemantics

/// Reads the top level of a fixture.
struct FixtureDecoder {
    let loader: FixtureLoader
    let findings: Findings
    /// What stands for things of the file: a dialect and a success that the caller puts in.
    var dialectName: String?
    var success: ResponseTemplate?

    /// - Returns: a fixture, whole only if nothing was reported as an error.
    func fixture(_ root: Node, overrides: [String: String]) -> Fixture? {
        guard case .mapping(var entries) = root.content else {
            Value(root, findings: findings).expected("a fixture such as \(FixtureKey.example)")
            return nil
        }
        // The text alone: in JSON every key is quoted.
        let isDeclaration = { (entry: Node.Entry) in
            if case .scalar(let key) = entry.key.content { key.text == "parameters" } else { false }
        }
        let declaration = entries.first(where: isDeclaration)?.value
        var parameters = Parameters(
            declaration.map { Value($0, findings: findings) }, overrides: overrides, findings: findings)
        for index in entries.indices where !isDeclaration(entries[index]) {
            entries[index].value = parameters.substituted(in: entries[index].value)
        }
        let mapping = Mapping<FixtureKey>(root, entries: entries, findings: findings)
        let fixture = fixture(mapping, parameters: parameters.texts)
        parameters.reportUnused()
        return fixture
    }

    private func fixture(_ mapping: Mapping<FixtureKey>, parameters: [String: String]) -> Fixture? {
        let dialect = DialectChoice(loader: loader, findings: findings).dialect(mapping, override: dialectName)
        let limits = mapping[.limits].map(LimitDecoder(dialect: dialect).limits) ?? []
        let shared = ResponseDecoder(place: .success, readFile: loader.readFile)
        let ownSuccess = mapping[.success].flatMap(shared.response)
        if let ownSuccess, ownSuccess.status >= 400 {
            mapping.warning("a success with status \(ownSuccess.status) is an error to every client", at: .success)
        }
        let states = mapping[.states].map(StatesDecoder().states) ?? []
        let routes = mapping.required(.routes, "routes: [ { match: GET /, reply: { success: {} } } ]")
            .map(
                RouteDecoder(
                    definitions: limits, refusals: dialect?.namedRefusals ?? [], states: states,
                    readFile: loader.readFile, readFolder: loader.readFolder
                ).routes)
        reportUnused(limits: limits, by: routes ?? [], mapping)
        if let routes, !findings.hasErrors, let value = mapping[.states] {
            StatesDecoder().reportUnused(value, states, by: routes)
        }
        let clock = mapping[.clock].flatMap(ClockDecoder().clock)
        guard let dialect else { return nil }
        return Fixture(
            name: mapping[.name].flatMap(Self.name) ?? Self.name(ofFile: findings.source.file),
            dialect: dialect,
            caller: mapping[.caller].flatMap { CallerIdentity(caller: $0) } ?? .everyone,
            clockSkew: clock?.skew ?? dialect.clockSkew,
            clockSteps: clock?.steps ?? [],
            certificate: mapping[.tls].flatMap(TLSDecoder().certificate),
            seed: mapping[.seed].flatMap(seed) ?? 1,
            parameters: parameters,
            success: success ?? ownSuccess ?? .plainSuccess,
            connections: mapping[.connections].map(ConnectionFault.steps) ?? [],
            limits: limits,
            idempotency: mapping[.idempotency].flatMap { Idempotency($0) },
            states: states,
            routes: routes ?? [],
            expectations: mapping[.expect].map(ExpectationDecoder(rules: loader.rules).expectations) ?? [])
    }

    /// A name for people.
    static func name(_ value: Value) -> String? {
        guard let name = value.text("a name") else { return nil }
        if name.count > 200 || !Names.isFieldValue(name.utf8) {
            value.error("a name is one line of at most 200 characters")
        }
        return name
    }

    private func seed(_ value: Value) -> UInt64? {
        guard let text = value.scalar?.text, let seed = UInt64(text), text.utf8.allSatisfy(\.isDigit) else {
            value.expected("a seed, 0 to \(UInt64.max)")
            return nil
        }
        return seed
    }

    /// A limit that no route names never limits anything.
    private func reportUnused(limits: [LimitDefinition], by routes: [Route], _ mapping: Mapping<FixtureKey>) {
        guard !findings.hasErrors else { return }
        for (name, place, _) in mapping[.limits]?.entries("limits") ?? [] {
            let isUsed = routes.contains { $0.limits.contains { limits[$0].name == name } }
            if !isUsed { place.warning("no route names the limit \(name.quoted)") }
        }
    }

    /// `chat` of `some/folder/chat.yaml`.
    static func name(ofFile file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
    }
}

extension ResponseTemplate {
    /// What a fixture succeeds with that does not say how.
    static let plainSuccess = ResponseTemplate(status: 200, body: .json(Template("{\"ok\":true}")))
}

extension Node.Content {
    fileprivate static func scalar(_ text: String) -> Node.Content {
        .scalar(Node.Scalar(text: text, isQuoted: false))
    }
}
