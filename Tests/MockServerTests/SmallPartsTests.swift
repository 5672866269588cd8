import Fixtures
import HTTPSemantics
import Testing

@testable import MockServer

/// The parts of the server that decide without a socket.
struct SmallPartsTests {
    @Test func `a barrier opens when enough wait, then holds the next ones`() {
        var barrier = Barrier<Int>()
        let hold = Hold(parked: 3, group: "g", atMost: .seconds(1))
        for round in 0..<2 {
            #expect(barrier.park(1, hold).isFirst)
            guard case .parked = barrier.park(2, hold) else {
                Issue.record("two of three must wait in round \(round)")
                return
            }
            guard case .released(let all) = barrier.park(3, hold) else {
                Issue.record("three of three must go on in round \(round)")
                return
            }
            #expect(all == [1, 2, 3])
        }
        #expect(barrier.park(4, hold).isFirst)
        barrier.remove { $0 == 4 }
        #expect(barrier.release().isEmpty)
    }

    @Test func `a barrier for one holds nobody`() {
        var barrier = Barrier<Int>()
        guard case .released([5]) = barrier.park(5, Hold(parked: 1, group: "g", atMost: .zero)) else {
            Issue.record("one of one must go on")
            return
        }
    }

    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1:0"), ("localhost:80", "127.0.0.1:80"), ("[::1]:8080", "[::1]:8080"),
        ("0.0.0.0:65535", "0.0.0.0:65535"),
    ])
    func `reads an address`(_ text: String, _ authority: String) {
        #expect(SocketAddress(text)?.authority == authority)
    }

    @Test(arguments: ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "example.com:80", "127.1:80", ":80"])
    func `does not take anything else for an address`(_ text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:80", true), ("127.0.0.1:49213", true), ("127.8.9.1", true), ("[::1]", true),
        ("[::1]:80", true), ("evil.example", false), ("localhost.evil.example", false), ("127.0.0.1.nip.io", false),
        ("localhost:80@evil.example", false), ("", false), ("0.0.0.0", false), ("[::ffff:127.0.0.1]", false),
    ])
    func `knows the names of the loopback`(_ authority: String, _ isLoopback: Bool) {
        #expect(ControlDoor.isLoopbackAuthority(authority) == isLoopback)
    }

    @Test func `writes JSON`() {
        let value: JSONText = [
            "text": "a\"b\\c\n\u{1}é", "count": .integer(-3), "ratio": .number(0.5), "nothing": .null,
            "lost": .number(.nan), "list": .array([true, "x"]), "empty": .object([]),
        ]
        let expected =
            #"{"text":"a\"b\\c\n\u0001é","count":-3,"ratio":0.5,"nothing":null,"lost":null,"list":[true,"x"],"empty":{}}"#
        #expect(String(decoding: value.bytes, as: UTF8.self) == expected)
    }

    @Test func `equal secrets have equal digests, under one key only`() {
        let (one, other) = (KeyedDigest(), KeyedDigest())
        #expect(one("secret".utf8) == one("secret".utf8))
        #expect(one("secret".utf8) != one("Secret".utf8))
        #expect(one("secret".utf8) != other("secret".utf8))
        #expect(one("".utf8).count == 12)
    }

    @Test func `the next phase is never in the past and less than a second away`() {
        let line = LaneLine(skew: .milliseconds(-300))
        for phase in [0, 1, 250, 999] {
            for offset in stride(from: Int64(0), to: 2_000_000_000, by: 123_456_789) {
                let now = Instant(nanoseconds: offset)
                let next = line.next(phase: .milliseconds(phase), after: now)
                #expect(next >= now && next - now < .seconds(1))
                #expect(Int(line.wall.time(at: next).nanoseconds) == phase * 1_000_000)
            }
        }
    }
}

extension Barrier.Outcome {
    fileprivate var isFirst: Bool { if case .first = self { true } else { false } }
}
