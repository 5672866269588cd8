import Backoff
import BackoffClient
import Testing

@testable import BackoffQueue

@Suite struct DispositionTests {
    @Test(arguments: [(200, Disposition.answered), (204, .answered), (302, .answered)])
    func `an answer below 400 ends a call well`(status: Int, expected: Disposition) {
        var generator = SystemRandomNumberGenerator()
        #expect(Disposition(status: status, hasKey: true, failures: 0, most: 10, using: &generator) == expected)
    }

    @Test(arguments: [400, 401, 404, 422, 501]) func `an error that no attempt changes is the end`(status: Int) {
        var generator = SystemRandomNumberGenerator()
        let disposition = Disposition(status: status, hasKey: true, failures: 0, most: 10, using: &generator)
        guard case .dead(let reason) = disposition else {
            Issue.record("\(disposition)")
            return
        }
        #expect(reason.hasPrefix("answered \(status)"))
    }

    @Test func `a key that is in use is asked again, for a while`() {
        var generator = SystemRandomNumberGenerator()
        for failures in 0..<9 {
            let disposition = Disposition(status: 409, hasKey: true, failures: failures, most: 10, using: &generator)
            guard case .later(let wait, _, true) = disposition else {
                Issue.record("\(disposition)")
                continue
            }
            let whole = min(300, 5 * (1 << failures))
            #expect(wait >= .seconds(whole) / 2 && wait <= .seconds(whole))
        }
        let last = Disposition(status: 409, hasKey: true, failures: 9, most: 10, using: &generator)
        #expect(last == .dead(reason: "answered 409 Conflict, the last of 10 times"))
        let keyless = Disposition(status: 409, hasKey: false, failures: 0, most: 10, using: &generator)
        #expect(keyless == .dead(reason: "answered 409 Conflict"))
    }
}
