/// A scripted 429 with its journal, against the floor.
enum Scripted: Measurement {
    static let name = "scripted"
    static let floor = "bare C"
    static let lines = [Line("requests/s, scripted 429, against the C floor", .atLeast(0.90, .ratio), against: floor)]

    static func run(_ session: Session) throws -> [Row] {
        let ours = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        let floor = try FloorServer(session.workshop, answering: try ours.sample())
        let wrk = session.wrk
        session.say("\(wrk.settings), \(session.rounds) rounds of Retrograde and the floor")
        return [lines[0].measured(try Comparison(ours, floor, wrk, rounds: session.rounds))]
    }
}
