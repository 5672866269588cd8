internal import Fixtures
internal import HTTPSemantics

extension LimitDefinition.Cost {
    /// What a request takes from the quota, 0 or more.
    func value(for request: borrowing UpstreamRequest) -> Int64 {
        switch self {
        case .constant(let cost): cost
        case .bodyBytes: Int64(request.body.count)
        case .header(let name, let otherwise):
            request.fields.firstValue(of: name).flatMap { Self.count($0) } ?? otherwise
        case .json(let pointer, let otherwise):
            JSONScanner.value(at: pointer, in: request.body).flatMap { found in
                found.kind == .number ? Self.count(found.text[...]) : nil
            } ?? otherwise
        }
    }

    /// Digits and nothing else.
    private static func count(_ text: ArraySlice<UInt8>) -> Int64? {
        guard !text.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 0x30))
            // A number that no quota can hold is a cost above every capacity, not a missing one.
            guard !overflow, !carry else { return .max }
            value = sum
        }
        return value
    }
}
