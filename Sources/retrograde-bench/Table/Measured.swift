/// What came of one experiment.
struct Measured {
    let name: String
    let method: String
    let rows: [Row]
    /// How long it took.
    let seconds: Double

    init(_ measurement: any Measurement.Type, in session: Session) {
        name = measurement.name
        method = measurement.method(session)
        session.say("\(name): \(method)")
        let started = Clock.now()
        do {
            rows = try measurement.run(session)
        } catch {
            rows = measurement.lines.map { $0.missing("\(error)") }
        }
        seconds = Double(Clock.now() - started) / 1e9
    }

    init(name: String, method: String, rows: [Row], seconds: Double) {
        (self.name, self.method, self.rows, self.seconds) = (name, method, rows, seconds)
    }
}
