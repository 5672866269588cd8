/// One route of the control API. Each lives in a file of its own and is listed in ``all``.
///
/// Routes run beside the loop, not on it, and ask the server what any other program may ask: a verdict over a long
/// journal holds up no request.
struct ControlRoute: Sendable {
    var method: String
    /// `/v1/lanes/{name}/journal`.
    var path: String
    /// Whether a caller without the token may have it.
    var isOpen = false
    var respond: @Sendable (_ request: ControlRequest, _ desk: ControlDesk) async throws(ControlError) -> ControlReply

    static let all: [ControlRoute] = [
        .health, .listLanes, .createLane, .showLane, .deleteLane, .journal, .verdict, .limits, .fixture,
        .replaceFixture,
        .clock, .advanceClock, .reset, .shutdown, .metrics, .openAPI,
    ]

    /// What the path has for the names in the pattern; `nil` if it does not match.
    func parameters(of segments: [String]) -> [String: String]? {
        let pattern = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, segment) in zip(pattern, segments) {
            if part.first == "{" {
                guard !segment.isEmpty else { return nil }
                parameters[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }
}

/// What routes work with.
struct ControlDesk: Sendable {
    let server: MockServer
    let configuration: ControlConfiguration
    /// When the server began, on the monotonic line.
    let startedAt: Int64

    /// The lane that the path names.
    func lane(of request: ControlRequest) async throws(ControlError) -> Lane {
        let name = request.parameters["name"] ?? ""
        guard let lane = await server.lane(named: name) else { throw .noSuchLane(name) }
        return lane
    }

    /// Finds the route and checks the door first, so that nobody outside learns what exists.
    func reply(to request: ControlRequest?, door: ControlDoor) async -> ControlReply {
        do throws(ControlError) {
            guard var request else { throw .notFound }
            let matching = ControlRoute.all.filter { $0.parameters(of: request.segments) != nil }
            let route = matching.first { $0.method == request.method }
            do throws(ControlError) {
                try door.checkCaller(of: request, needsToken: route?.isOpen != true)
                if route != nil { try door.checkBody(of: request) }
            } catch {
                var reply = ControlReply(error)
                reply.refusal = error
                return reply
            }
            guard !matching.isEmpty else { throw .notFound }
            guard let route else { throw .methodNotAllowed(matching.map(\.method)) }
            request.parameters = route.parameters(of: request.segments) ?? [:]
            return try await route.respond(request, self)
        } catch {
            return ControlReply(error)
        }
    }
}
