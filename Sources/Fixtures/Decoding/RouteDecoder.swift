/// Reads `routes:`.
struct RouteDecoder {
    let definitions: [LimitDefinition]
    /// Limits that the dialect has refusals for.
    let refusals: [String]
    let states: [String]
    let readFile: FixtureLoader.FileReader
    let readFolder: FixtureLoader.FolderReader
    private var limits: [String] { definitions.map(\.name) }

    init(
        definitions: [LimitDefinition], refusals: [String], states: [String],
        readFile: @escaping FixtureLoader.FileReader, readFolder: @escaping FixtureLoader.FolderReader
    ) {
        self.definitions = definitions
        self.refusals = refusals
        self.states = states
        self.readFile = readFile
        self.readFolder = readFolder
    }

    func routes(_ value: Value) -> [Route] {
        guard let list = value.list("routes") else { return [] }
        if list.isEmpty { value.findings.missing("a fixture needs at least one route", at: value.range) }
        var routes: [Route] = []
        var patterns: [(pattern: RoutePattern, value: Value)] = []
        for value in list {
            guard let mapping = value.mapping(of: RouteKey.self) else { continue }
            let match = mapping.required(.match, "match: GET /v1/models")
            let pattern = match.flatMap { RoutePattern($0) }
            if let pattern, let match {
                report(pattern, match, ifTakenBy: patterns)
                patterns.append((pattern, match))
            }
            if let route = route(mapping, pattern) { routes.append(route) }
        }
        return routes
    }

    private func report(
        _ pattern: RoutePattern, _ value: Value, ifTakenBy others: [(pattern: RoutePattern, value: Value)]
    ) {
        guard let first = others.first(where: { $0.pattern.takesTheSame(as: pattern) }) else { return }
        let line = first.value.range.start.line
        value.error("this route takes the same requests as \(first.pattern.text.quoted) on line \(line)")
        value.findings.note("the first route is here", at: first.value.range, about: value.range)
    }

    private func route(_ mapping: Mapping<RouteKey>, _ pattern: RoutePattern?) -> Route? {
        let limits = mapping[.limits].map { positions($0, in: pattern) } ?? []
        let replies = replies(mapping, pattern)
        let ending = mapping[.then]?.choice("ending", of: ScriptEnding.self) ?? .hold
        let scope = mapping[.scriptPer]?.choice("scope of a script", of: ScriptScope.self) ?? .route
        if scope == .call, replies.contains(where: { $0.fault?.point.isWithinRequest == true }) {
            mapping.error(
                "a call is known by its body, which is not there yet when a reply breaks within the request",
                at: .scriptPer)
        }
        guard let pattern, !replies.isEmpty else { return nil }
        let servesFiles = replies.contains { if case .files = $0.content { true } else { false } }
        if servesFiles, pattern.segments.last != .rest {
            mapping.error("the files of a folder need a path that ends with *, which names the file", at: .match)
        }
        return Route(match: pattern, limits: limits, replies: replies, ending: ending, scriptScope: scope)
    }

    private func positions(_ value: Value, in pattern: RoutePattern?) -> [Int] {
        var positions: [Int] = []
        for value in value.list("names of limits") ?? [] {
            guard let name = value.text("a limit's name") else { continue }
            guard let position = limits.firstIndex(of: name) else {
                value.reportUnknownLimit(name, known: limits)
                continue
            }
            let key = definitions[position].key
            for parameter in key?.pathParameters ?? [] where pattern?.parameters.contains(parameter) == false {
                value.error(
                    "the key of the limit \(name.quoted) is the path's {\(parameter)}, which this route does not have")
            }
            if positions.contains(position) { value.error("the limit \(name.quoted) is named twice") }
            positions.append(position)
        }
        return positions
    }

    private func replies(_ mapping: Mapping<RouteKey>, _ pattern: RoutePattern?) -> [Reply] {
        let response = ResponseDecoder(place: .route(parameters: pattern?.parameters), readFile: readFile)
        let decoder = ReplyDecoder(
            limits: limits, refusals: refusals, states: states, response: response, readFolder: readFolder)
        if mapping.has(.reply), mapping.has(.replies) {
            mapping.error("either \"reply\" or \"replies\", not both", at: .replies)
        }
        if mapping.has(.reply) {
            for key in mapping.present([.then, .scriptPer]) where !mapping.has(.replies) {
                mapping.warning(
                    "\"\(key.rawValue)\" has no effect on a single \"reply\"; a script is \"replies\"", at: key)
            }
            let replies = mapping[.reply].flatMap(decoder.reply).map { [$0] } ?? []
            if let value = mapping[.reply] { report(ifConditional: replies, value) }
            return replies
        }
        guard mapping.has(.replies) else {
            mapping.missing("a route needs \"reply\" or \"replies\", as in reply: { success: {} }")
            return []
        }
        guard let value = mapping[.replies], let list = value.list("replies") else { return [] }
        if list.isEmpty { value.error("a script needs at least one reply") }
        let errors = value.findings.errors
        let replies = list.compactMap(decoder.reply)
        if !list.isEmpty, replies.isEmpty, value.findings.errors == errors {
            value.error("every reply has \"times\" 0, so the script has none")
        }
        report(ifConditional: replies, value)
        return replies
    }

    private func report(ifConditional replies: [Reply], _ value: Value) {
        guard !replies.isEmpty, !replies.contains(where: { $0.condition == nil }) else { return }
        value.error("every reply has a \"when\"; one without says what is answered where none holds")
    }
}
