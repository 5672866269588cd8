internal import HTTPSemantics

/// What an experiment found.
struct StormReport: Hashable, Sendable {
    var settings: StormSettings
    var clients: [StormClient]
    var blocks: [Block]
    var herd: Herd
    /// Of the whole experiment.
    var seconds: Double

    /// A scenario, a line for each client.
    struct Block: Hashable, Sendable {
        var scenario: StormScenario
        /// The shortest possible time, in seconds.
        var optimum: Double
        /// In the order of the clients.
        var rows: [StormFigures]
        /// How long the server itself was late at most, in all of a client's run.
        var stalled: Duration
    }

    struct Herd: Hashable, Sendable {
        /// In the order of the clients.
        var indices: [HerdIndex]
        /// Which of the clients the others are compared with: the ladder without jitter.
        var reference: Int
    }

    init(
        _ settings: StormSettings, clients: [StormClient], runs: [(StormScenario, [StormRun])],
        herds: [[HerdIndex]], seconds: Double
    ) {
        self.settings = settings
        self.clients = clients
        self.seconds = seconds
        blocks = runs.map { scenario, runs in
            Block(
                scenario: scenario, optimum: scenario.optimum(settings),
                rows: runs.map { StormFigures($0, price: settings.price) },
                stalled: runs.map(\.stalled).max() ?? .zero)
        }
        herd = Herd(
            indices: clients.indices.map { client in HerdIndex(meanOf: herds.map { $0[client] }) },
            reference: clients.firstIndex(of: .exponential) ?? 0)
    }

    func figures(of client: StormClient, in scenario: StormScenario) -> StormFigures? {
        guard let position = clients.firstIndex(of: client) else { return nil }
        return blocks.first { $0.scenario == scenario }?.rows[position]
    }

    /// The share of coincidences that are gone; `nil` where the client does not come back, or nothing can be compared.
    func eliminated(by client: StormClient) -> Double? {
        guard let position = clients.firstIndex(of: client), position != herd.reference else { return nil }
        return herd.indices[position].eliminated(against: herd.indices[herd.reference])
    }

    /// What the pair index rests on: `pairs within 50 ms, 20 workers, base 1 s, retries 1 to 3, 3 times`.
    var herdBase: String {
        let times = settings.herds == 1 ? "once" : "\(settings.herds) times"
        return "pairs within \(DurationText.human(StormSettings.coincidence)), \(settings.herdWorkers) workers, "
            + "base \(DurationText.human(settings.base)), retries 1 to \(StormSettings.herdRounds), \(times)"
    }
}

/// Figures as the table prints them.
enum StormText {
    /// `97 %`; never `100 %` for less, nor `0 %` for more than nothing.
    static func percent(_ share: Double) -> String {
        let whole = (100 * share).rounded()
        guard abs(100 * share - whole) > 1e-9 else { return "\(Int(whole)) %" }
        let tenths = min(max((1000 * share).rounded(), 1), 999)
        return "\(Decimal.text(tenths / 10, places: 1)) %"
    }

    static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : percent(Double(part) / Double(whole))
    }

    static func money(_ dollars: Double) -> String { "$" + Decimal.text(dollars, places: 2) }

    /// The price of a request, with as many places as it has.
    static func price(_ dollars: Double) -> String {
        var text = Decimal.text(dollars, places: 6)
        while text.hasSuffix("0"), text.split(separator: ".").last.map({ $0.count > 2 }) ?? false { text.removeLast() }
        return "$" + text
    }

    static func count(_ number: Int) -> String {
        let digits = Array("\(number)")
        return digits.enumerated().map { position, digit in
            position > 0 && (digits.count - position) % 3 == 0 ? ",\(digit)" : "\(digit)"
        }.joined()
    }
}
