internal import Journal

extension ControlRoute {
    /// The journal as NDJSON, from entry `since` on; with `wait`, as soon as there is an entry or the time is over.
    /// The header line comes where the question has no `since`: the answer to it and those to the following
    /// questions, each with the number that the one before named, are one journal file.
    static let journal = ControlRoute(method: "GET", path: "/v1/lanes/{name}/journal") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        let since = try request.integer("since", otherwise: 0)
        let wait = try request.duration("wait")
        let slice = await lane.journal(since: since, waitingFor: wait > .zero ? 1 : 0, atMost: wait)
        var bytes: [UInt8] = []
        if !request.query.contains(where: { $0.name == "since" }) {
            JournalLine.header(lane.journalHeader).append(to: &bytes)
        }
        for entry in slice.entries { JournalLine.entry(entry).append(to: &bytes) }
        var reply = ControlReply(contentType: "application/x-ndjson", body: bytes)
        reply.fields = [("Retrograde-Next", "\(slice.nextNumber)"), ("Retrograde-Dropped", "\(slice.dropped)")]
        return reply
    }
}
