internal import Fixtures
internal import HTTPSemantics

/// A fixture with all settled that no request changes, so that nothing is looked up or compared by name for each of
/// them. An object, because a copy of a fixture is dozens of references.
final class PreparedFixture: Sendable {
    let fixture: Fixture
    let router: Router
    /// Whose quota each limit charges.
    let callers: [PreparedCaller]
    let caller: PreparedCaller
    /// Whether any reply breaks before its request is complete.
    let mayInterrupt: Bool
    /// The replies of all routes, and where those of each begin.
    private let replies: [PreparedReply]
    private let starts: [Int]
    /// The dialect's refusals.
    let refusals: [PreparedResponse]
    /// A position among them for each limit and cause.
    private let refusalPositions: [Int]

    init(_ fixture: Fixture) {
        self.fixture = fixture
        router = Router(fixture.routes)
        caller = PreparedCaller(fixture.caller)
        callers = fixture.limits.map { PreparedCaller($0.key ?? fixture.caller) }
        mayInterrupt = fixture.routes.contains { route in
            route.replies.contains { $0.fault?.point.isWithinRequest == true }
        }
        refusals = fixture.dialect.refusals.map { PreparedResponse($0.response, on: .refusal, in: fixture) }
        refusalPositions = fixture.limits.flatMap { limit in
            Dialect.Cause.allCases.map { fixture.dialect.refusalPosition(of: limit.name, cause: $0) }
        }
        var starts: [Int] = []
        var replies: [PreparedReply] = []
        let success = PreparedResponse(fixture.success, on: .success, in: fixture)
        for route in fixture.routes {
            starts.append(replies.count)
            for reply in route.replies {
                replies.append(PreparedReply(reply, in: fixture, success: success, refusals: refusals))
            }
        }
        self.starts = starts
        self.replies = replies
    }

    func reply(_ route: Int, _ reply: Int) -> PreparedReply { replies[starts[route] + reply] }

    /// The refusal that belongs to a limit and the cause.
    func refusal(of limit: Int, cause: Dialect.Cause) -> Int {
        let cause =
            switch cause {
            case .rate: 0
            case .concurrency: 1
            case .ban: 2
            case .tooLarge: 3
            }
        return refusalPositions[limit * Dialect.Cause.allCases.count + cause]
    }
}

/// A reply of a script.
struct PreparedReply: Sendable {
    /// `nil` where what is answered depends on the path, or nothing is.
    let response: PreparedResponse?
    /// 0 for none, or where the path decides.
    let status: Int
    /// A position among the dialect's refusals, where it plays one.
    let refusal: Int?
    /// Whether it is no file, and sent whole, at once and as usual.
    let isPlain: Bool

    /// - Parameters:
    ///   - success: the fixture's.
    ///   - refusals: the dialect's.
    init(_ reply: Reply, in fixture: Fixture, success: PreparedResponse, refusals: [PreparedResponse]) {
        var isFile = false
        if case .files = reply.content { isFile = true }
        isPlain =
            !isFile && reply.fault == nil && reply.delivery == Delivery() && reply.delay == .none
            && reply.sendPhase == nil
            && reply.hold == nil
        switch reply.content {
        case .literal(let response):
            status = response.status
            let isSuccess = (200..<300).contains(status)
            self.response = PreparedResponse(response, on: isSuccess ? .success : .always, in: fixture)
            refusal = nil
        case .success(let overriding):
            status = overriding.status ?? fixture.success.status
            response =
                overriding.fields.isEmpty && overriding.body == nil
                ? success : PreparedResponse(fixture.success.applying(overriding), on: .success, in: fixture)
            refusal = nil
        case .refusal(let limit):
            let position = fixture.dialect.refusalPosition(pretending: limit)
            status = fixture.dialect.refusals[position].response.status
            response = refusals[position]
            refusal = position
        case .files, .nothing: (status, response, refusal) = (0, nil, nil)
        }
    }
}

extension Dialect {
    /// The refusal that belongs to a limit and the cause, or the dialect's first where none does.
    fileprivate func refusalPosition(of limit: String, cause: Cause) -> Int {
        refusals.firstIndex {
            ($0.limit == nil || $0.limit == limit) && ($0.cause == nil || $0.cause == cause)
        } ?? 0
    }

    /// The refusal that a script plays: the first of the limit whatever the cause. Where no limit is meant, it is the
    /// one of a common limit on rates: neither of a limit with a name of its own nor one that forbids a retry, as long
    /// as the dialect has such a one.
    fileprivate func refusalPosition(pretending limit: String?) -> Int {
        guard let limit else {
            return refusals.firstIndex { $0.limit == nil && ($0.cause ?? .rate) == .rate && $0.isRetryable }
                ?? refusals.firstIndex(where: \.isRetryable) ?? 0
        }
        return refusals.firstIndex { $0.limit == limit } ?? refusalPosition(of: limit, cause: .rate)
    }

    func refusal(pretending limit: String?) -> Refusal { refusals[refusalPosition(pretending: limit)] }
}

extension ResponseTemplate {
    /// The response with what an override names in place of its own.
    fileprivate func applying(_ overriding: ResponseOverride) -> ResponseTemplate {
        var result = self
        result.status = overriding.status ?? status
        result.fields.removeAll { field in overriding.fields.contains { $0.hasName(of: field) } }
        if let body = overriding.body {
            // A type that was said of the old body says nothing about the new one.
            result.body = body
            result.fields.removeAll { $0.isNamed("Content-Type".utf8) }
        }
        result.fields += overriding.fields
        return result
    }
}

extension FieldTemplate {
    /// Whether the name, which has no placeholders, is this one, regardless of case.
    fileprivate func isNamed(_ name: some Sequence<UInt8>) -> Bool {
        guard self.name.segments.count == 1, case .literal(let own) = self.name.segments[0] else { return false }
        return own.lazy.map(\.lowercasedASCII).elementsEqual(name.lazy.map(\.lowercasedASCII))
    }

    fileprivate func hasName(of other: FieldTemplate) -> Bool {
        guard other.name.segments.count == 1, case .literal(let name) = other.name.segments[0] else { return false }
        return isNamed(name)
    }
}
