internal import Fixtures
internal import RateLimiting

/// Finds the route of a request: a tree over path segments, matched on the raw bytes.
///
/// In every place a literal segment beats a parameter and a parameter beats the rest, so the order of routes in a
/// file does not matter; a path whose most specific pattern has another method goes to the next one that takes it.
/// The cost grows with the path, not with the number of routes.
struct Router: Sendable {
    private struct Node: Sendable {
        var parameter: Int32 = -1
        /// The routes that end here, and those that take the rest from here.
        var ends: [Endpoint] = []
        var rests: [Endpoint] = []
        /// The literal that leads here, and from which node; -1: none does.
        var literal: [UInt8] = []
        var parent: Int32 = -1
        /// A digest of both.
        var digest: UInt64 = 0
    }

    private struct Endpoint: Sendable {
        /// `nil`: any method.
        var method: String?
        var route: Int
    }

    private var nodes: [Node] = [Node()]
    /// The nodes that a literal leads to.
    private var children = DigestIndex()

    init(_ routes: [Route]) {
        for (position, route) in routes.enumerated() { insert(route.match, position) }
    }

    /// The position of the route that takes a request, or `nil`.
    func route(method: String, target: RequestTarget) -> Int? {
        find(0, target, target.path.lowerBound, method)
    }

    /// The methods for which a path has a route, for print.
    func methods(target: RequestTarget) -> [String] {
        var found: Set<String> = []
        collect(0, target, target.path.lowerBound, &found)
        return found.sorted()
    }

    private mutating func insert(_ pattern: RoutePattern, _ route: Int) {
        let endpoint = Endpoint(method: pattern.method, route: route)
        var node = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(""):
                // `/` has no segments; elsewhere an empty segment is one like any other.
                if pattern.segments.count > 1 { node = literalChild(of: node, []) }
            case .literal(let text): node = literalChild(of: node, percentDecoded(Array(text.utf8)[...]))
            case .parameter: node = parameterChild(of: node)
            case .rest:
                nodes[node].rests.append(endpoint)
                return
            }
        }
        nodes[node].ends.append(endpoint)
    }

    private mutating func literalChild(of node: Int, _ literal: [UInt8]) -> Int {
        if let child = child(of: node, literal[...]) { return child }
        let new = Int32(nodes.count)
        let digest = Self.digest(of: literal[...], below: node)
        nodes.append(Node(literal: literal, parent: Int32(node), digest: digest))
        children.insert(new, digest) { [nodes] in nodes[Int($0)].digest }
        return Int(new)
    }

    private static func digest(of literal: ArraySlice<UInt8>, below node: Int) -> UInt64 {
        LimitKey(literal).digest ^ UInt64(node) &* 0xD6E8_FEB8_6659_FD93
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if nodes[node].parameter >= 0 { return Int(nodes[node].parameter) }
        nodes[node].parameter = Int32(nodes.count)
        nodes.append(Node())
        return nodes.count - 1
    }

    private func child(of node: Int, _ literal: ArraySlice<UInt8>) -> Int? {
        let digest = Self.digest(of: literal, below: node)
        let found = children.find(digest) { child in
            nodes[Int(child)].digest == digest && nodes[Int(child)].parent == node
                && nodes[Int(child)].literal.elementsEqual(literal)
        }
        return found.map { Int($0) }
    }

    /// The literal child for a raw segment, decoded only where it holds a percent sign.
    private func child(of node: Int, _ target: RequestTarget, _ segment: Range<Int>) -> Int? {
        let raw = target.bytes[segment]
        guard raw.contains(UInt8(ascii: "%")) else { return child(of: node, raw) }
        return child(of: node, percentDecoded(raw)[...])
    }

    /// - Parameter start: where the next segment begins; beyond the path if none is left.
    private func find(_ node: Int, _ target: RequestTarget, _ start: Int, _ method: String) -> Int? {
        if isAtEnd(node, target, start) {
            if let found = Self.endpoint(nodes[node].ends, method) { return found }
        } else {
            let segment = target.segment(at: start)
            if let literal = child(of: node, target, segment),
                let found = find(literal, target, segment.upperBound + 1, method)
            {
                return found
            }
            if nodes[node].parameter >= 0, !segment.isEmpty,
                let found = find(Int(nodes[node].parameter), target, segment.upperBound + 1, method)
            {
                return found
            }
        }
        return Self.endpoint(nodes[node].rests, method)
    }

    private func collect(_ node: Int, _ target: RequestTarget, _ start: Int, _ found: inout Set<String>) {
        if isAtEnd(node, target, start) {
            found.formUnion(nodes[node].ends.map { $0.method ?? "*" })
        } else {
            let segment = target.segment(at: start)
            if let literal = child(of: node, target, segment) {
                collect(literal, target, segment.upperBound + 1, &found)
            }
            if nodes[node].parameter >= 0, !segment.isEmpty {
                collect(Int(nodes[node].parameter), target, segment.upperBound + 1, &found)
            }
        }
        found.formUnion(nodes[node].rests.map { $0.method ?? "*" })
    }

    /// No segment is left: behind the last one, or at the root for an empty path.
    private func isAtEnd(_ node: Int, _ target: RequestTarget, _ start: Int) -> Bool {
        start > target.path.upperBound || node == 0 && target.path.isEmpty
    }

    /// The method itself, else GET for HEAD (RFC 9110 section 9.3.2), else any.
    private static func endpoint(_ endpoints: [Endpoint], _ method: String) -> Int? {
        var fallback: Endpoint?
        for endpoint in endpoints {
            if endpoint.method == method { return endpoint.route }
            if endpoint.method == "GET", method == "HEAD", fallback?.method == nil { fallback = endpoint }
            if endpoint.method == nil, fallback == nil { fallback = endpoint }
        }
        return fallback?.route
    }
}
