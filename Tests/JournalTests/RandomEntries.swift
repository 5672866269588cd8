import HTTPSemantics
import Journal

extension JournalEntry {
    /// Any entry at all, the odd and the extreme included.
    static func random(_ number: UInt64, _ random: inout SeededGenerator) -> JournalEntry {
        JournalEntry(
            number: number, instant: .random(&random), exchange: random.next() >> (random.next() % 64),
            event: .random(&random))
    }
}

extension JournalEntry.Event {
    fileprivate static func random(_ random: inout SeededGenerator) -> Self {
        switch random.next() % 8 {
        case 0:
            .arrived(
                Arrival(
                    connection: random.next(), method: text(&random), target: text(&random),
                    fields: .random(&random), peer: text(&random)))
        case 1:
            .received(
                BodySummary(
                    length: Int(random.next() >> 1), digest: text(&random), complete: Bool.random(using: &random)))
        case 2: .decided(.random(&random))
        case 3:
            .replied(
                ReplyHead(
                    status: Int(random.next() % 1000), fields: .random(&random),
                    due: Bool.random(using: &random) ? .random(&random) : nil))
        case 4: .completed
        case 5: .aborted(Abort.allCases.randomElement(using: &random) ?? .client)
        case 6: .clockStepped(by: .nanoseconds(Int64(bitPattern: random.next())))
        default: .stalled(Stall(from: .random(&random), until: .random(&random)))
        }
    }
}

extension Decision {
    fileprivate static func random(_ random: inout SeededGenerator) -> Decision {
        let sources: [Source] = [
            .script(reply: Int(random.next() % 10)), .limit(text(&random)), .exhausted, .unmatched,
            .replayed, .keyInUse, .keyReused,
            .server(text(&random)),
        ]
        return Decision(
            source: sources.randomElement(using: &random) ?? .unmatched,
            route: Bool.random(using: &random) ? text(&random) : nil, attempt: Int(random.next() >> 1),
            status: Int(random.next() % 1000), fault: Bool.random(using: &random) ? text(&random) : nil,
            delay: .nanoseconds(Int64(random.next() >> 1)),
            limits: (0..<random.next() % 3).map { _ in
                LimitReading(
                    name: text(&random), capacity: Int64(bitPattern: random.next()),
                    remaining: Int64(bitPattern: random.next()),
                    retryAt: Bool.random(using: &random) ? .random(&random) : nil, resetAt: .random(&random))
            })
    }
}

extension Instant {
    fileprivate static func random(_ random: inout SeededGenerator) -> Instant {
        let ends = [Instant.zero, .distantFuture, Instant(nanoseconds: .min)]
        if random.next() % 8 == 0 { return ends.randomElement(using: &random) ?? .zero }
        return Instant(nanoseconds: Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
    }
}

extension FieldBlock {
    /// Names and values of any bytes.
    fileprivate static func random(_ random: inout SeededGenerator) -> FieldBlock {
        var fields = FieldBlock()
        for _ in 0..<random.next() % 4 { fields.append(name: octets(&random), value: octets(&random)) }
        return fields
    }
}

private func octets(_ random: inout SeededGenerator) -> [UInt8] {
    // Text and bytes from the middle of text, so that correct and broken sequences stand side by side.
    (0..<random.next() % 6).flatMap { _ -> [UInt8] in
        random.next() % 2 == 0 ? Array(text(&random).utf8) : [UInt8(truncatingIfNeeded: random.next())]
    }
}

private func text(_ random: inout SeededGenerator) -> String {
    let scalars: [Unicode.Scalar] = [
        "a", "Z", "\"", "\\", "/", "\0", "\n", "\u{1F}", "\u{7F}", "é", "e", "\u{301}", "\u{2028}", "\u{FFFD}",
        "\u{FFFF}", "😀", "\u{10FFFF}", "{", ",",
    ]
    var text = ""
    for _ in 0..<random.next() % 6 { text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a") }
    return text
}
