import FoundationEssentials
import TestSupport
import Testing

/// `retrograde simulate`
@Suite struct SimulateTests {
    @Test func `contention stands beside its reference`() async {
        let run = await CommandRun.retrograde("simulate", "contention", "--rounds", "3", "--clients", "20")
        #expect(run.code == 0)
        #expect(run.output.hasPrefix("What jitter buys: AWS's contention model  (seed 1)\n"))
        let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.contains { $0.starts(with: ["policy", "calls", "reference"]) })
        #expect(lines.contains { $0.starts(with: ["full", "jitter"]) && $0.contains("100") })
        #expect(lines.contains { $0.first == "exponential" && $0.contains("151") })
    }

    @Test func `the same bytes for the same seed`() async throws {
        let folder = try TemporaryFolder()
        func outcome(_ seed: String, _ name: String) async throws -> [String] {
            let (json, svg) = (folder.path + "/\(name).json", folder.path + "/\(name).svg")
            let run = await CommandRun.retrograde(
                "simulate", "outage", "--duration", "60s", "--outage", "20s+5s", "--clients", "10", "--seed", seed,
                "--json", json, "--svg", svg)
            #expect(run.code == 0, "\(run.diagnostics)")
            return [run.output, try String(contentsOf: json), try String(contentsOf: svg)]
        }
        let first = try await outcome("7", "a")
        #expect(try await outcome("7", "b") == first)
        let other = try await outcome("8", "c")
        for (one, another) in zip(first, other) { #expect(one != another) }
    }

    @Test func `JSON holds what the table shows, and the load over time`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/fleet.json"
        let run = await CommandRun.retrograde(
            "simulate", "free", "--clients", "50", "200", "--duration", "2m", "--every", "10s", "--policy", "none",
            "--policy", "full,attempts=8,name=mine", "--limit", "token-bucket:10/1s", "--failures", "0.1", "--json",
            path)
        #expect(run.code == 0, "\(run.diagnostics)")
        let document = try JSONDecoder().decode(Document.self, from: Data(String(contentsOf: path).utf8))
        #expect(document.experiment == "free")
        #expect(document.seed == 1)
        #expect(document.runs.map(\.policy) == ["no retry", "mine", "no retry", "mine"])
        #expect(document.runs.map(\.clients) == [50, 50, 200, 200])
        for run in document.runs {
            #expect(run.succeeded + run.failed + run.open == run.calls)
            #expect(run.series.offered.reduce(0, +) == run.requests)
            #expect(run.series.served.reduce(0, +) == Double(run.succeeded))
        }
        #expect(document.runs[1].success > document.runs[0].success)
    }

    private struct Document: Decodable {
        var experiment: String
        var seed: UInt64
        var runs: [Run]

        struct Run: Decodable {
            var policy: String
            var clients, calls, succeeded, failed, open: Int
            var success, requests: Double
            var series: Series
        }

        struct Series: Decodable {
            var offered, served: [Double]
        }
    }

    @Test func `a picture needs nothing else`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/outage.svg"
        let run = await CommandRun.retrograde(
            "simulate", "free", "--clients", "20", "--every", "1s", "--outage", "60s+30s", "--policy", "ours,name=a<b",
            "--svg", path)
        #expect(run.code == 0)
        let svg = try String(contentsOf: path)
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("a&lt;b"))
        #expect(svg.contains("class=\"out\""))
        #expect(!svg.contains("href") && !svg.contains("<script"))
    }

    @Test(arguments: [
        (["contention", "--policy", "full"], "contention is the published model"),
        (["free", "--clients", "1000001"], "there are 1 to 1,000,000 clients"),
        (["free", "--policy", "fast"], "fast"),
        (["free", "--policy", "full,atempts=3"], "atempts"),
        (["free", "--policy", "full,attempts=0"], "attempts must be at least 1"),
        (["free", "--limit", "bucket:10/1s"], "bucket"),
        (["free", "--outage", "60s"], "60s"),
        (["free", "--longest-wait", "1s"], "needs a --capacity"),
        (["free", "--rounds", "3"], "belongs to contention"),
        (["free", "--duration", "80h"], "72 hours at most"),
        (["free", "--failures", "2"], "lies between 0 and 1"),
        (["weather"], "weather"),
    ])
    func `says what is wrong`(arguments: [String], sentence: String) async {
        let run = await CommandRun.retrograde(["simulate"] + arguments)
        #expect(run.code == 64)
        #expect(run.output.isEmpty)
        #expect(run.diagnostics.contains(sentence), "\(run.diagnostics)")
    }

    @Test func `our policy gets through the tutorial's load, and through failures beside it`() async {
        let run = await CommandRun.retrograde(
            "simulate", "tutorial", "--duration", "8h", "--policy", "ours", "--policy", "tutorial")
        #expect(run.code == 0)
        let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let ours = lines.filter { $0.first == "ours" }
        #expect(ours.count == 3)
        #expect(ours[0].starts(with: ["ours", "100", "%"]))
        #expect(ours[1].starts(with: ["ours", "100", "%"]))
    }
}

extension String {
    fileprivate init(contentsOf path: String) throws {
        self = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
