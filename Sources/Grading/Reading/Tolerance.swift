/// How exactly time is judged. Early is proof, late is weak evidence, so the two differ.
enum Tolerance {
    /// Pays for the client's own timer alone (a tick of 15.6 ms, waits rounded to milliseconds): network and server
    /// delays can only make an arrival later. In seconds.
    static let early = 0.025

    /// Pays for scheduling and the set-up of a connection: 250 ms or a tenth of the wait. In seconds.
    static func late(_ wait: Double) -> Double { max(0.25, wait / 10) }

    /// How long after an announced wait a client is still prompt: a quarter of the wait or 1 s, and what pays for
    /// scheduling. In seconds.
    static func prompt(_ wait: Double) -> Double { max(1, wait / 4) + late(wait) }

    /// How near a stall of the server must be to an end of an interval to put that end in doubt.
    static let stallReach: Duration = .milliseconds(25)

    /// How far the civil clock may move during a run that is judged by dates.
    static let clockStep: Duration = .milliseconds(50)

    /// The share of samples that must survive the stalls.
    static let keptShare = 0.7
}
