import Grading
import HTTPSemantics
import Journal
import Testing

/// Rules that judge the journal of any upstream.
@Suite struct ObservationTests {
    /// One exchange of a journal, written short.
    struct Line {
        var at: Double
        var target = "/a"
        var method = "GET"
        var status = 200
        var hint: String?
        var key: String?
        var digest = "aa"
        var breaks = false
        /// More fields of the response.
        var fields: [(String, String)] = []
        /// Never answered; the client closed it then, if it did.
        var hangsUntil: Double?
    }

    static let wall = WallLine(origin: WallTime(secondsSinceEpoch: 1_795_507_200))

    func observe(_ id: String, _ lines: [Line], settings: [String: String] = [:], dropped: UInt64 = 0) throws -> Finding
    {
        let exchanges = lines.enumerated().map { number, line in
            var exchange = Exchange(
                id: UInt64(number + 1), arrivedAt: Instant(seconds: line.at),
                arrival: Arrival(
                    connection: 1, method: line.method, target: line.target,
                    fields: FieldBlock(line.key.map { [("Idempotency-Key", $0)] } ?? []), peer: "127.0.0.1:1"))
            exchange.body = BodySummary(length: line.method == "GET" ? 0 : 2, digest: line.digest)
            exchange.repliedAt = Instant(seconds: line.at + 0.001)
            exchange.endedAt = Instant(seconds: line.at + 0.002)
            if let end = line.hangsUntil {
                exchange.decision = Decision(
                    source: .script(reply: 0), route: "* /*", attempt: 1, status: 0, fault: "after request: stall")
                exchange.repliedAt = nil
                exchange.endedAt = end.isFinite ? Instant(seconds: end) : nil
                exchange.abort = end.isFinite ? .client : nil
            } else if line.breaks {
                exchange.abort = .fault
            } else {
                exchange.reply = ReplyHead(
                    status: line.status,
                    fields: FieldBlock((line.hint.map { [("Retry-After", $0)] } ?? []) + line.fields))
            }
            return exchange
        }
        let rule = Rule.named(id)
        let observe = try #require(rule.observe)
        return observe(
            Observation(exchanges: exchanges, wall: Self.wall, dropped: dropped, settings: settings))
    }

    static let judging = RuleCatalogue.all.filter { $0.observe != nil }.map(\.id)

    @Test(arguments: judging) func `an empty or torn journal is no evidence`(id: String) throws {
        #expect(try observe(id, []).verdict == .inconclusive)
        #expect(try observe(id, [Line(at: 1)], dropped: 1).verdict == .inconclusive)
    }

    @Test func `these rules judge journals`() {
        #expect(
            Self.judging == [
                "ST-01", "ST-02", "ST-03", "AT-01", "RA-01", "RA-02", "RA-03", "RA-05", "RD-01", "RD-02", "RD-03",
                "MV-01", "MV-02", "MV-03", "BO-01", "BO-02", "JT-01", "HD-01", "ID-01", "ID-02", "ID-03", "BR-01",
                "CF-01", "CF-03", "RL-02", "AM-01",
            ])
    }

    @Test func `calls that overlap are told apart by target and by key`() throws {
        let lines = [
            Line(at: 0, target: "/a", status: 429, hint: "2"), Line(at: 0.1, target: "/b", status: 429, hint: "3"),
            Line(at: 2.01, target: "/a"), Line(at: 3.11, target: "/b"),
        ]
        #expect(try observe("RA-01", lines).verdict == .pass)
        let early = [
            Line(at: 0, method: "POST", status: 429, hint: "2", key: "x"),
            Line(at: 1, target: "/c", method: "POST", key: "x"),
        ]
        let finding = try observe("RA-01", early)
        #expect(finding.verdict == .fail)
        #expect(finding.evidence[0].text == "POST /a, attempt 1 → 2: asked 2.000 s, waited 0.999 s, 1001 ms early")
    }

    @Test func `without a hint there is nothing to judge`() throws {
        #expect(try observe("RA-01", [Line(at: 0, status: 503), Line(at: 1)]).verdict == .notApplicable)
        #expect(try observe("RD-01", [Line(at: 0, status: 503, hint: "2"), Line(at: 2.1)]).verdict == .notApplicable)
    }

    @Test func `a cap of one's own`() throws {
        let six = (0..<6).map { Line(at: Double($0), status: 503) }
        #expect(try observe("AT-01", six).verdict == .pass)
        #expect(try observe("AT-01", six, settings: ["most": "5"]).verdict == .fail)
    }

    @Test func `dates in either form`() throws {
        let date = HTTPDate.format(Self.wall.origin + .seconds(4))
        #expect(try observe("RD-01", [Line(at: 0, status: 503, hint: date), Line(at: 4.1)]).verdict == .pass)
        #expect(try observe("RD-01", [Line(at: 0, status: 503, hint: date), Line(at: 1)]).verdict == .fail)
        let old = HTTPDate.format(Self.wall.origin + .seconds(4), form: .asctime)
        #expect(try observe("RD-02", [Line(at: 0, status: 503, hint: old), Line(at: 1)]).verdict == .fail)
        #expect(try observe("RD-01", [Line(at: 0, status: 503, hint: old), Line(at: 1)]).verdict == .notApplicable)
    }

    @Test func `prompt or overslept`() throws {
        #expect(try observe("RA-02", [Line(at: 0, status: 503, hint: "2"), Line(at: 2.1)]).verdict == .pass)
        #expect(try observe("RA-02", [Line(at: 0, status: 503, hint: "2"), Line(at: 9)]).verdict == .fail)
    }

    @Test func `a repeated 404`() throws {
        #expect(try observe("ST-02", [Line(at: 0, status: 404)]).verdict == .pass)
        #expect(try observe("ST-02", [Line(at: 0, status: 404), Line(at: 1, status: 404)]).verdict == .fail)
        #expect(try observe("ST-02", [Line(at: 0)]).verdict == .notApplicable)
    }

    @Test func `401 and what follows it`() throws {
        #expect(try observe("ST-03", [Line(at: 0, status: 401)]).verdict == .pass)
        #expect(try observe("ST-03", [Line(at: 0, status: 401), Line(at: 1, status: 401)]).verdict == .fail)
        #expect(try observe("ST-03", [Line(at: 0)]).verdict == .notApplicable)
    }

    @Test func `pauses and growth`() throws {
        let hot = (0..<5).map { Line(at: Double($0) * 0.004, status: 503) }
        #expect(try observe("BO-01", hot).verdict == .fail)
        let ladders = (0..<10).flatMap { call in
            [0, 1, 3, 7].map { Line(at: $0 + Double(call) * 0.07, target: "/\(call)", status: 503) }
        }.sorted { $0.at < $1.at }
        #expect(try observe("BO-01", ladders).verdict == .pass)
        #expect(try observe("BO-02", ladders).verdict == .pass)
        #expect(try observe("BO-02", [Line(at: 0, status: 503), Line(at: 1)]).verdict == .notApplicable)
    }

    @Test func `one call, many requests`() throws {
        let eleven = (0..<11).map { Line(at: Double($0), status: 503) }
        #expect(try observe("AM-01", eleven).verdict == .fail)
        #expect(try observe("AM-01", Array(eleven.prefix(7))).verdict == .inconclusive)
        #expect(try observe("AM-01", Array(eleven.prefix(4))).verdict == .pass)
        #expect(try observe("AM-01", [Line(at: 0)]).verdict == .notApplicable)
    }

    @Test func `POST`() throws {
        let replay = [Line(at: 0, method: "POST", breaks: true), Line(at: 1, method: "POST")]
        #expect(try observe("ID-01", replay).verdict == .fail)
        #expect(try observe("ID-01", [replay[0]]).verdict == .pass)
        #expect(try observe("ID-01", [Line(at: 0, method: "POST")]).verdict == .notApplicable)
        let reused = [
            Line(at: 0, method: "POST", key: "x", digest: "aa"), Line(at: 1, method: "POST", key: "x", digest: "bb"),
        ]
        #expect(try observe("ID-02", reused).verdict == .fail)
        #expect(try observe("ID-02", [reused[0], reused[0]]).verdict == .pass)
        #expect(try observe("ID-02", [reused[0]]).verdict == .notApplicable)
        #expect(try observe("ID-03", reused).verdict == .fail)
        #expect(try observe("ID-03", [reused[0], reused[0]]).verdict == .pass)
        #expect(try observe("ID-03", [Line(at: 0, method: "POST")]).verdict == .notApplicable)
    }

    @Test func `waits that change`() throws {
        let obedient = [
            Line(at: 0, status: 503, hint: "1"), Line(at: 1.1, status: 503, hint: "3"), Line(at: 4.2),
        ]
        #expect(try observe("RA-03", obedient).verdict == .pass)
        let early = [Line(at: 0, status: 503, hint: "1"), Line(at: 1.1, status: 503, hint: "3"), Line(at: 2.2)]
        #expect(try observe("RA-03", early).verdict == .fail)
        let constant = [Line(at: 0, status: 503, hint: "1"), Line(at: 0.5)]
        #expect(try observe("RA-03", constant).verdict == .notApplicable)
    }

    @Test(arguments: ["/b", "http://127.0.0.1:8080/b"]) func `redirects`(location: String) throws {
        let redirect = Line(at: 0, status: 307, hint: "2", fields: [("Location", location)])
        #expect(try observe("RA-05", [redirect, Line(at: 2.1, target: "/b")]).verdict == .pass)
        #expect(try observe("RA-05", [redirect, Line(at: 0.1, target: "/b")]).verdict == .fail)
        #expect(try observe("RA-05", [redirect, Line(at: 2.1, target: "/c")]).verdict == .notApplicable)
    }

    @Test func `dates that are over, and zero`() throws {
        let past = HTTPDate.format(Self.wall.origin + .seconds(-60))
        for (id, hint) in [("RD-03", past), ("MV-02", "0")] {
            let hot = (0..<7).map { Line(at: Double($0) * 0.004, status: 503, hint: hint) }
            #expect(try observe(id, hot).verdict == .fail)
            let calm = (0..<7).map { Line(at: Double($0), status: 503, hint: hint) }
            #expect(try observe(id, calm).verdict == .pass)
            #expect(try observe(id, [Line(at: 0, status: 503), Line(at: 1)]).verdict == .notApplicable)
        }
    }

    @Test func `two hints at once`() throws {
        let both = Line(at: 0, status: 429, hint: "3", fields: [("RateLimit", "\"d\";r=0;t=1")])
        #expect(try observe("RL-02", [both, Line(at: 3.1)]).verdict == .pass)
        #expect(try observe("RL-02", [both, Line(at: 1.1)]).verdict == .fail)
        #expect(
            try observe("RL-02", [Line(at: 0, status: 429, hint: "3"), Line(at: 1)]).verdict == .notApplicable)
    }

    @Test func `connections that break or hang`() throws {
        let hot = (0..<5).map { Line(at: Double($0) * 0.004, breaks: true) }
        #expect(try observe("CF-01", hot).verdict == .fail)
        #expect(try observe("CF-01", [Line(at: 0, breaks: true), Line(at: 1)]).verdict == .pass)
        #expect(try observe("CF-01", [Line(at: 0), Line(at: 1)]).verdict == .notApplicable)
        let closed = [Line(at: 0, hangsUntil: 5), Line(at: 6, hangsUntil: 11), Line(at: 13)]
        #expect(try observe("CF-03", closed).verdict == .pass)
        let piled = [Line(at: 0, hangsUntil: 30), Line(at: 6, hangsUntil: 30), Line(at: 13, hangsUntil: 30)]
        #expect(try observe("CF-03", piled).verdict == .fail)
        #expect(try observe("CF-03", [Line(at: 0, hangsUntil: .infinity)]).verdict == .inconclusive)
        #expect(try observe("CF-03", [Line(at: 0)]).verdict == .notApplicable)
    }

    @Test func `what is tried again`() throws {
        let both = [
            Line(at: 0, status: 503), Line(at: 1), Line(at: 2, target: "/b", status: 429, hint: "1"),
            Line(at: 4, target: "/b"),
        ]
        let finding = try observe("ST-01", both)
        #expect(finding.verdict == .pass)
        #expect(finding.evidence.map(\.text).contains("503: tried again 1 of 1 times"))
        let half = try observe("ST-01", Array(both.prefix(2)))
        #expect(half.verdict == .inconclusive)
        #expect(half.actual == "it tries again after 503; no refusal with a hint came")
        #expect(try observe("ST-01", [both[0]]).verdict == .notApplicable)
        #expect(try observe("ST-01", [Line(at: 0, status: 500), Line(at: 1)]).verdict == .notApplicable)
    }

    @Test func `hints that say nothing`() throws {
        let calm = [0, 1, 3].map { Line(at: $0, status: 503, hint: "soon") } + [Line(at: 7)]
        #expect(try observe("MV-01", calm).verdict == .pass)
        let hot = [0, 0.004, 0.008].map { Line(at: $0, status: 503, hint: "soon") }
        let finding = try observe("MV-01", hot)
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "it does not cope with \"soon\"")
        // Once may be an immediate first retry, and an end may be a crash or not.
        #expect(try observe("MV-01", Array(hot.prefix(2))).verdict == .inconclusive)
        #expect(try observe("MV-01", [hot[0]]).verdict == .inconclusive)
        #expect(try observe("MV-01", [Line(at: 0, status: 503, hint: "2"), Line(at: 3)]).verdict == .notApplicable)
    }

    @Test(arguments: ["61", "86400", "99999999999999999999"]) func `hints that are long`(hint: String) throws {
        let refused = Line(at: 0, status: 429, hint: hint)
        #expect(try observe("MV-03", [refused, Line(at: 2)]).verdict == .fail)
        #expect(try observe("MV-03", [refused, Line(at: 50, target: "/b")]).verdict == .pass)
        #expect(try observe("MV-03", [refused, Line(at: 30, target: "/b")]).verdict == .inconclusive)
        #expect(try observe("MV-03", [Line(at: 0, status: 429, hint: "59"), Line(at: 2)]).verdict == .notApplicable)
    }

    @Test func `the same body`() throws {
        func post(_ at: Double, _ digest: String, key: String? = nil, status: Int = 503) -> Line {
            Line(at: at, method: "POST", status: status, key: key, digest: digest)
        }
        #expect(try observe("BR-01", [post(0, "aa"), post(1, "aa", status: 200)]).verdict == .pass)
        #expect(try observe("BR-01", [post(0, "aa", key: "k"), post(1, "bb", key: "k")]).verdict == .fail)
        // Without a key it may be another call.
        let other = try observe("BR-01", [post(0, "aa"), post(1, "bb", status: 200)])
        #expect(other.verdict == .inconclusive)
        #expect(other.actual.hasPrefix("another body followed the failure of POST /a"))
        #expect(try observe("BR-01", [post(0, "aa", status: 200), post(1, "bb")]).verdict == .notApplicable)
        #expect(try observe("BR-01", [Line(at: 0, status: 503), Line(at: 1)]).verdict == .notApplicable)
    }

    /// Calls that fail at `start` and come back after their delays.
    func calls(_ delays: [Double], from start: Double, every step: Double, name: String = "") -> [Line] {
        delays.enumerated().flatMap { call, delay in
            let at = start + Double(call) * step
            return [
                Line(at: at, target: "/\(name)\(call)", status: 503), Line(at: at + delay, target: "/\(name)\(call)"),
            ]
        }
    }

    @Test func `jitter`() throws {
        var generator = SeededGenerator(seed: 41)
        func journal(_ count: Int, _ delay: (inout SeededGenerator) -> Double) -> [Line] {
            calls((0..<count).map { _ in delay(&generator) }, from: 0, every: 0.3).sorted { $0.at < $1.at }
        }
        #expect(try observe("JT-01", journal(12) { _ in 1 }).verdict == .fail)
        #expect(try observe("JT-01", journal(12) { .random(in: 0.5...1, using: &$0) }).verdict == .pass)
        // Wider than a constant delay is, and not as wide as noise can be.
        #expect(try observe("JT-01", journal(12) { .random(in: 1...1.07, using: &$0) }).verdict == .inconclusive)
        #expect(try observe("JT-01", journal(12) { _ in 0.2 }).verdict == .inconclusive)
        #expect(try observe("JT-01", journal(9) { _ in 1 }).verdict == .inconclusive)
        #expect(try observe("JT-01", [Line(at: 0, status: 503, hint: "1"), Line(at: 1)]).verdict == .notApplicable)
    }

    @Test func `herds`() throws {
        var generator = SeededGenerator(seed: 42)
        func journal(_ events: Int, of size: Int = 10, _ delay: (inout SeededGenerator) -> Double) -> [Line] {
            (0..<events).flatMap { event in
                calls(
                    (0..<size).map { _ in delay(&generator) }, from: Double(event) * 10, every: 0.001,
                    name: "\(event)-")
            }.sorted { $0.at < $1.at }
        }
        #expect(try observe("HD-01", journal(6) { _ in 1 }).verdict == .fail)
        #expect(try observe("HD-01", journal(6) { .random(in: 0...2, using: &$0) }).verdict == .pass)
        #expect(try observe("HD-01", journal(4) { _ in 1 }).verdict == .inconclusive)
        #expect(try observe("HD-01", journal(6) { _ in 0.1 }).verdict == .inconclusive)
        #expect(try observe("HD-01", journal(6, of: 5) { _ in 1 }).verdict == .notApplicable)
    }
}
