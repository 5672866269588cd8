/// One experiment, which fills one or more lines of the table.
protocol Measurement: Sendable {
    /// What it is called in `--only`.
    static var name: String { get }
    static var lines: [Line] { get }

    /// How: the loader with its settings, and how often.
    static func method(_ session: Session) -> String

    /// - Returns: a row for each line.
    static func run(_ session: Session) throws -> [Row]
}

/// What a measurement needs: programs, how long it may take, and somebody to tell.
struct Session {
    let workshop: Workshop
    /// Shorter rounds and fewer of them: for a look, not for the record.
    let isShort: Bool
    /// A go-httpbin that was built elsewhere.
    var goHttpbin: String?
    /// A virtual environment that has mocklimit, httpbin and gunicorn; `nil`: the fetched one.
    var python: String?

    var rounds: Int { isShort ? 3 : 5 }
    /// Many short rounds rather than few long ones: neighbours are closer in time.
    var wrk: Wrk { Wrk(seconds: 1) }

    /// Says on standard error what is being done.
    func say(_ text: String) { Terminal.note(text) }
}

enum Measurements {
    /// In the order of the table.
    static let all: [any Measurement.Type] = [
        Requests.self, Instructions.self, Latency.self, Start.self, Routes.self, KeyCost.self, Memory.self,
        Connections.self, Delays.self, Stamps.self, JournalLines.self, Clients.self, Simulated.self,
    ]
}
