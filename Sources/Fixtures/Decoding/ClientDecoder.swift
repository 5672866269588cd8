/// Reads a client file.
struct ClientDecoder {
    let loader: FixtureLoader
    let findings: Findings
    let placeholders: [String]

    func client(_ value: Value) -> ClientFile? {
        guard let mapping = value.mapping(of: ClientKey.self) else { return nil }
        let name = mapping[.name].flatMap(FixtureDecoder.name)
        let commands = mapping.required(.commands, "commands: { get: 'curl -sSf --retry 4 {url}' }").map(commands)
        let success = mapping[.success].flatMap(
            ResponseDecoder(place: .success, readFile: loader.readFile).response)
        let rules = ExpectationDecoder(rules: loader.rules)
        return ClientFile(
            name: name ?? FixtureDecoder.name(ofFile: findings.source.file),
            requires: mapping[.requires].map(programs) ?? [],
            install: mapping[.install]?.text("how to install the client, such as: run .ci/clients"),
            folder: mapping[.folder]?.text("a folder"), environment: mapping[.environment].map(environment) ?? [:],
            commands: commands ?? [:],
            dialect: mapping[.dialect].flatMap(DialectChoice(loader: loader, findings: findings).dialect),
            success: success, declared: mapping[.declares].map(declared) ?? ClientFile.Declared(),
            settings: mapping[.settings].map { settings($0, rules) } ?? [:],
            waivers: mapping[.waivers].map { waivers($0, rules) } ?? [:])
    }

    // MARK: How it is started

    private func commands(_ value: Value) -> [ClientFile.Kind: [String]] {
        guard let mapping = value.mapping(of: ClientCommandKey.self) else { return [:] }
        if ClientCommandKey.allCases.allSatisfy({ !mapping.means($0) }) {
            mapping.missing("a client needs a command, as in get: 'curl -sSf --retry 4 {url}'")
        }
        var commands: [ClientFile.Kind: [String]] = [:]
        for kind in ClientFile.Kind.allCases {
            guard let key = ClientCommandKey(rawValue: kind.rawValue), let value = mapping[key] else { continue }
            commands[kind] = words(value)
        }
        return commands
    }

    /// A command line: a list of words, or one text that is split at spaces outside quotes.
    private func words(_ value: Value) -> [String]? {
        if value.isMapping, value.node.looksLikePlaceholder {
            value.error("a text that begins with \"{\" is a mapping in YAML; put the command in quotes")
            return nil
        }
        let words: [String]
        if value.isList {
            words = (value.list("words") ?? []).compactMap { element in
                if element.isMapping, element.node.looksLikePlaceholder {
                    element.error("a word that begins with \"{\" is a mapping in YAML; put it in quotes: \"{url}\"")
                    return nil
                }
                return element.text("a word of the command line")
            }
        } else {
            guard let text = value.text("a command line, as one text or as a list of words") else { return nil }
            do {
                words = try ShellWords.split(text)
            } catch {
                value.error("it cannot be split into words: \(error.message)")
                return nil
            }
        }
        guard words.first?.isEmpty == false else {
            value.error("a command line begins with a program")
            return nil
        }
        for word in words { check(word, of: value) }
        return words
    }

    /// Warns of a placeholder that was probably misspelt: it would reach the client as it is written.
    private func check(_ word: String, of value: Value) {
        for piece in word.split(separator: "{").dropFirst(word.hasPrefix("{") ? 0 : 1) {
            guard let end = piece.firstIndex(of: "}") else { continue }
            let name = String(piece[..<end])
            guard !placeholders.contains(name), let nearest = Suggestion.nearest(to: name, among: placeholders) else {
                continue
            }
            value.warning("{\(name)} is no placeholder; did you mean {\(nearest)}?")
        }
    }

    private func programs(_ value: Value) -> [String] {
        (value.isList ? value.list("programs") ?? [] : [value]).compactMap { $0.text("a program, by name or path") }
    }

    private func environment(_ value: Value) -> [String: String] {
        var environment: [String: String] = [:]
        for (name, place, value) in value.entries("variables and values") ?? [] {
            let isName = !name.isEmpty && !name.contains("=") && !name.utf8.contains(0)
            if !isName { place.error("\(name.quoted) is no name of a variable: it is not empty and has no \"=\"") }
            // Nothing is a value here: an empty variable.
            if value.isNothing { environment[name] = "" }
            if !value.isNothing, let text = value.text("a variable's value") { environment[name] = text }
        }
        return environment
    }

    // MARK: What is said of it

    private func declared(_ value: Value) -> ClientFile.Declared {
        var declared = ClientFile.Declared()
        guard let mapping = value.mapping(of: DeclarationKey.self) else { return declared }
        declared.attemptCap = mapping[.attemptCap]?.integer("attempt-cap", in: 1...1000).map(Int.init)
        declared.idempotentPOST = mapping[.idempotentPOST]?.truth() ?? false
        declared.rateLimitFields = mapping[.rateLimitFields]?.truth() ?? false
        declared.doNotRetrySignals = mapping[.doNotRetrySignals]?.truth() ?? false
        declared.hedging = mapping[.hedging]?.truth() ?? false
        return declared
    }

    private func settings(_ value: Value, _ rules: ExpectationDecoder) -> [String: [String: String]] {
        var settings: [String: [String: String]] = [:]
        for (id, place, value) in value.entries("rules and their settings") ?? [] {
            guard let known = rules.rule(id, at: place) else { continue }
            settings[id] = rules.settings(value, of: id, known: known)
        }
        return settings
    }

    private func waivers(_ value: Value, _ rules: ExpectationDecoder) -> [String: String] {
        var waivers: [String: String] = [:]
        for (id, place, value) in value.entries("rules and reasons") ?? [] {
            guard rules.rule(id, at: place) != nil, let reason = value.text("the reason why a failure is accepted")
            else { continue }
            if reason.allSatisfy(\.isWhitespace) { value.error("a waiver needs a reason; reports print it") }
            waivers[id] = reason
        }
        return waivers
    }
}

extension Node {
    /// `{url}` without quotes: a mapping of one key and no value.
    fileprivate var looksLikePlaceholder: Bool {
        guard case .mapping(let entries) = content, entries.count == 1,
            case .scalar(let value) = entries[0].value.content
        else { return false }
        return value.isNothing
    }
}
