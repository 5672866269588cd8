internal import HTTPSemantics

/// Who may use the control API.
///
/// Mock servers are attacked through this door: by a web page that reaches a port of the visitor's machine, and by a
/// name that is rebound to 127.0.0.1. So a request must name the loopback as its host, must not come from a page of
/// another origin, and must carry a body that no HTML form can send; and where others than this machine can reach
/// the port, a token is demanded.
struct ControlDoor: Sendable {
    let isLoopback: Bool
    let token: String?

    /// Whoever does not pass learns nothing of what exists.
    func checkCaller(of request: ControlRequest, needsToken: Bool) throws(ControlError) {
        // Elsewhere the machine has names that are not known here, and the token keeps pages out.
        if isLoopback {
            guard let host = request.fields["Host"], Self.isLoopbackAuthority(host) else { throw .misdirected }
        }
        if let origin = request.fields["Origin"] {
            guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix),
                Self.isLoopbackAuthority(origin.dropFirst(scheme.count))
            else { throw .forbiddenOrigin }
        }
        if needsToken, let token {
            guard let given = request.fields["Authorization"], Self.areEqual(given, "Bearer \(token)") else {
                throw .unauthorized
            }
        }
    }

    /// Asked where the method is one that the path takes.
    func checkBody(of request: ControlRequest) throws(ControlError) {
        if ["POST", "PUT"].contains(request.method) {
            guard let type = request.fields["Content-Type"], Self.isJSON(type) else { throw .unsupportedMediaType }
        }
    }

    /// `localhost`, 127.0.0.0/8 or `[::1]`, with or without a port.
    static func isLoopbackAuthority(_ authority: some StringProtocol) -> Bool {
        var host = authority.lowercased()[...]
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard host[host.index(after: colon)...].allSatisfy({ "0123456789".contains($0) }) else { return false }
            host = host[..<colon]
        }
        if host == "localhost" || host == "[::1]" { return true }
        // A name such as 127.0.0.1.example.com is none: all four parts must be numbers.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isJSON(_ type: String) -> Bool {
        let media = type.prefix { $0 != ";" }.lowercased()
        return media.trimmingSuffix(while: { $0 == " " || $0 == "\t" }) == "application/json"
    }

    /// Takes as long for a wrong token as for the right one.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
