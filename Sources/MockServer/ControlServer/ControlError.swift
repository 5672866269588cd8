internal import Fixtures

/// What the control API answers where it does not do what was asked: one table, each with its status and a name that
/// programs can compare.
struct ControlError: Error, Hashable, Sendable {
    var status: Int
    var code: String
    var message: String
    var diagnostics: [Diagnostic] = []
    /// For `Allow`.
    var methods: [String] = []

    static let forbiddenOrigin = ControlError(
        status: 403, code: "forbidden-origin", message: "web pages may not use the control API")
    static let misdirected = ControlError(
        status: 421, code: "misdirected", message: "the Host field does not name this machine's loopback")
    static let unauthorized = ControlError(
        status: 401, code: "unauthorized", message: "Authorization: Bearer with the control token is needed")
    static let notFound = ControlError(status: 404, code: "not-found", message: "there is nothing at this path")
    static let unsupportedMediaType = ControlError(
        status: 415, code: "unsupported-media-type",
        message: "the Content-Type of a POST or PUT must be application/json")
    static let stopped = ControlError(status: 503, code: "stopped", message: "the server is stopping")

    static func methodNotAllowed(_ methods: [String]) -> ControlError {
        ControlError(
            status: 405, code: "method-not-allowed", message: "this path takes \(methods.joined(separator: ", "))",
            methods: methods)
    }

    static func noSuchLane(_ name: String) -> ControlError {
        ControlError(status: 404, code: "no-such-lane", message: "there is no lane named \(name)")
    }

    static let clockIsReal = ControlError(
        status: 409, code: "clock-is-real", message: "this lane's clock is the real one: serve it with --clock manual")

    static func malformedJSON(_ message: String, at offset: Int) -> ControlError {
        ControlError(status: 400, code: "malformed-json", message: "\(message), at byte \(offset)")
    }

    static func invalidMember(_ message: String) -> ControlError {
        ControlError(status: 400, code: "invalid-member", message: message)
    }

    static func invalidParameter(_ message: String) -> ControlError {
        ControlError(status: 400, code: "invalid-parameter", message: message)
    }

    static func invalidFixture(_ diagnostics: [Diagnostic]) -> ControlError {
        ControlError(
            status: 422, code: "invalid-fixture", message: "the fixture has errors", diagnostics: diagnostics)
    }

    /// What the server could not do.
    init(_ error: ServerError) {
        switch error.code {
        case .nameTaken: self.init(status: 409, code: "name-taken", message: error.message)
        case .stopped: self = .stopped
        case .addressInUse, .addressUnusable, .certificateUnusable, .resources:
            self.init(status: 503, code: "no-resources", message: error.message)
        }
    }

    init(
        status: Int, code: String, message: String, diagnostics: [Diagnostic] = [], methods: [String] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
        self.methods = methods
    }
}
