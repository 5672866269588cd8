import Backoff
import HTTPTypes
import Synchronization

/// Where the pieces of a streamed body come from: one transfer, and where that breaks, those for the rest.
final class BodySource: Sendable {
    private struct Reading: Sendable {
        var call: CallEngine.Call
        var answer: StreamedAnswer
        /// Bytes that the reader has.
        var received = 0
        /// The first response's, by which the rest is known to be of the same thing.
        let validator: String?
        let obstacle: RetryDecision.Obstacle?
    }

    private struct State {
        /// nil while a piece is waited for, and after the end.
        var reading: Reading?
        var history: [Attempt]
    }

    private let state: Mutex<State>
    /// The client does not end while somebody reads.
    private let client: BackoffClient

    init(_ answer: StreamedAnswer, call: CallEngine.Call, client: BackoffClient) {
        let fields = answer.head.response.headerFields
        let reading = Reading(
            call: call, answer: answer, validator: fields[.eTag], obstacle: Self.obstacle(call.request, fields))
        state = Mutex(State(reading: reading, history: call.state.history))
        self.client = client
    }

    var history: [Attempt] { state.withLock { $0.history } }

    func next() async throws(BackoffError) -> [UInt8]? {
        guard var reading = state.withLock({ $0.reading.take() }) else { return nil }
        defer { state.withLock { [history = reading.call.state.history] in $0.history = history } }
        while true {
            guard let body = reading.answer.body else {
                let whole = reading.answer.head.body
                guard !whole.isEmpty else { return nil }
                reading.answer.head.body = []
                put(reading)
                return whole
            }
            switch await body.next() {
            case .piece(let piece):
                reading.received += piece.count
                put(reading)
                return piece
            case .end: return nil
            case .broken(let failure): try await askForRest(&reading, after: failure)
            case .cancelled, .shutDown: throw reading.call.error(Task.isCancelled ? .cancelled : .shutDown)
            }
        }
    }

    private func put(_ reading: Reading) { state.withLock { $0.reading = reading } }

    /// Gets a transfer that brings what is missing, from the first byte that the reader does not have.
    private func askForRest(_ reading: inout Reading, after failure: TransportFailure) async throws(BackoffError) {
        // Its place is for the next transfer, which may be this body's own.
        (reading.answer.body, reading.answer.permit) = (nil, nil)
        try await client.engine.brokeOff(&reading.call, failure, obstacle: reading.obstacle)
        guard let validator = reading.validator else { throw client.engine.refused(&reading.call, .noStrongValidator) }
        var request = reading.call.request
        request.headerFields[.range] = "bytes=\(reading.received)-"
        request.headerFields[.ifRange] = validator
        let answer = try await client.open(request, body: nil, &reading.call)
        if let obstacle = Self.obstacle(in: answer.head.response, from: reading.received, validator) {
            throw client.engine.refused(&reading.call, obstacle)
        }
        reading.answer = answer
    }

    /// Why a response could not be gone on with; nil if it could.
    private static func obstacle(_ request: HTTPRequest, _ fields: HTTPFields) -> RetryDecision.Obstacle? {
        if request.method != .get || request.headerFields[.range] != nil { return .request }
        guard let tag = fields[.eTag], tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count > 2 else {
            return .noStrongValidator
        }
        return fields[.acceptRanges] == "none" ? .noRanges : nil
    }

    /// Why a response is not the rest; nil if it is.
    private static func obstacle(
        in response: HTTPResponse, from position: Int, _ validator: String
    ) -> RetryDecision.Obstacle? {
        let tag = response.headerFields[.eTag]
        switch response.status.code {
        case 206 where tag != validator: return .changed
        case 206:
            let range = response.headerFields[.contentRange] ?? ""
            return range.hasPrefix("bytes \(position)-") ? nil : .otherPart
        case 200: return tag == validator ? .noRanges : .changed
        case 412, 416: return .changed
        default: return .refused
        }
    }
}
