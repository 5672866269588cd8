public import Backoff
import HTTPSemantics
public import HTTPTypes

/// A complete response, and how it came about.
public struct BackoffResponse: Sendable {
    /// Status and fields. Fields whose name or value HTTP does not allow are left out.
    public var response: HTTPResponse
    public var body: [UInt8]
    /// All attempts, the one that brought this response last.
    public var history: [Attempt]

    /// nil if there was no response.
    init?(_ outcome: TransferOutcome) {
        guard case .response(let status, let fields, let body) = outcome else { return nil }
        self.init(status: status, fields: fields, body: body)
    }

    init(status: Int, fields: FieldBlock, body: [UInt8]) {
        response = HTTPResponse(status: HTTPResponse.Status(code: status, reasonPhrase: ReasonPhrase.of(status) ?? ""))
        for (name, value) in fields.strings {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
            response.headerFields.append(HTTPField(name: name, value: value))
        }
        self.body = body
        history = []
    }
}
