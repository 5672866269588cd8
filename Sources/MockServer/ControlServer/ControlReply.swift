internal import HTTPSemantics
internal import Upstream

/// What the control API answers.
struct ControlReply: Sendable {
    var status = 200
    var contentType = "application/json"
    var body: [UInt8]
    var fields: [(String, String)] = []
    /// Why the door stayed shut, where it did.
    var refusal: ControlError?
    /// Done once the reply has left.
    var afterwards: @Sendable () -> Void = {}

    init(status: Int = 200, json: JSONText) {
        self.status = status
        body = json.bytes + "\n".utf8
    }

    /// 204.
    static let nothing = ControlReply(status: 204, contentType: "", body: [])

    init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(_ error: ControlError) {
        var members: [JSONText.Member] = [
            .init(name: "code", value: .string(error.code)), .init(name: "message", value: .string(error.message)),
        ]
        if !error.diagnostics.isEmpty {
            members.append(.init(name: "diagnostics", value: .array(error.diagnostics.map(JSONText.init))))
        }
        self.init(status: error.status, json: ["error": .object(members)])
        if !error.methods.isEmpty { fields.append(("Allow", error.methods.joined(separator: ", "))) }
        if error.status == 401 { fields.append(("WWW-Authenticate", "Bearer")) }
    }

    /// No field allows a web page of another origin anything.
    func rendered(at time: WallTime) -> RenderedReply {
        var fields = FieldBlock([("Date", HTTPDate.format(time))])
        if !contentType.isEmpty { fields.append("Content-Type", contentType) }
        fields.append("Cache-Control", "no-store")
        fields.append("X-Content-Type-Options", "nosniff")
        for (name, value) in self.fields { fields.append(name, value) }
        return RenderedReply(status: status, fields: fields, body: body)
    }
}
