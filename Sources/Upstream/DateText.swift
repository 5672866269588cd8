internal import HTTPSemantics

/// What a Date field says, which is written once a second.
struct DateText: Sendable {
    private var second: Int64?
    private var bytes: [UInt8] = []

    mutating func text(at time: WallTime) -> [UInt8] {
        if second != time.secondsSinceEpoch {
            second = time.secondsSinceEpoch
            bytes.removeAll()
            HTTPDate.append(time, to: &bytes)
        }
        return bytes
    }
}
