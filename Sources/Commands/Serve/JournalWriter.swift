internal import Journal
internal import MockServer

/// Copies a lane's journal into a file while it grows.
struct JournalWriter {
    private let task: Task<Failure?, Never>

    /// Begins the file with the lane's header line.
    init(_ lane: Lane, path: String) throws(Failure) {
        var file = try OutputFile(path)
        try file.write(JournalLine.header(lane.journalHeader).bytes)
        task = Task { [file = Holder(file)] in
            var next: UInt64 = 0
            while true {
                // Asked before the reading: what was there when the end was asked for is written.
                let isLast = Task.isCancelled
                let slice = await lane.journal(since: next, waitingFor: 1, atMost: isLast ? .zero : .seconds(1))
                next = slice.nextNumber
                var bytes: [UInt8] = []
                for entry in slice.entries { JournalLine.entry(entry).append(to: &bytes) }
                do throws(Failure) {
                    try await file.write(bytes)
                } catch {
                    return error
                }
                // A lane that has ended answers at once, for ever: asking on would keep a thread from everything else.
                if isLast || slice.hasEnded { return nil }
            }
        }
    }

    /// Writes what is left once the server has ended.
    ///
    /// - Throws: what kept entries from being written.
    func finish() async throws(Failure) {
        task.cancel()
        if let failure = await task.value { throw failure }
    }

    /// The task's own file: nobody else writes to it once it runs.
    private actor Holder {
        private var file: OutputFile

        init(_ file: consuming sending OutputFile) { self.file = file }

        func write(_ bytes: [UInt8]) throws(Failure) { try file.write(bytes) }
    }

    /// Where the journal of each lane goes: the path itself for a single lane, else a file beside it with the lane's
    /// name in its own.
    static func path(_ path: String, lane: String, isOnly: Bool) -> String {
        guard !isOnly else { return path }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let name = path.dropFirst(folder.count)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path)-\(lane)" }
        return "\(folder)\(name[..<dot])-\(lane)\(name[dot...])"
    }
}
