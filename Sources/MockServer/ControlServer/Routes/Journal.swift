internal import Journal

extension ControlRoute {
    /// The journal as NDJSON, from entry `since` on; with `wait`, as soon as there is an entry or the time is over.
    /// The header line comes with `since=0`, so that consecutive answers are one journal file.
    static let journal = ControlRoute(method: "GET", path: "/v1/lanes/{name}/journal") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        let since = try request.integer("since", otherwise: 0)
        let wait = try request.duration("wait")
        let slice = await lane.journal(since: since, waitingFor: wait > .zero ? 1 : 0, atMost: wait)
        var bytes: [UInt8] = []
        if since == 0 { JournalLine.header(lane.journalHeader).append(to: &bytes) }
        for entry in slice.entries { JournalLine.entry(entry).append(to: &bytes) }
        var reply = ControlReply(contentType: "application/x-ndjson", body: bytes)
        reply.fields = [("Retrograde-Next", "\(slice.nextNumber)"), ("Retrograde-Dropped", "\(slice.dropped)")]
        return reply
    }
}
