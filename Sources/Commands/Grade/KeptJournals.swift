internal import FoundationEssentials
internal import Glibc
internal import Grading
internal import HTTPSemantics
internal import Journal
internal import Synchronization

/// A folder for what a grading saw: a journal of each run, `0001.ndjson` and on in the order in which they ended, and
/// `runs.ndjson`, which says in a line for each what was run and how it ended.
///
/// Whoever doubts a verdict finds here what it was made from.
final class KeptJournals: Sendable {
    private let folder: String
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var count = 0
        var index: OutputFile
    }

    /// Makes the folder, unless it is there and empty.
    ///
    /// - Throws: ``Failure`` if it cannot be made, or holds something: journals of two gradings in one folder would
    ///   be taken for those of one.
    init(in folder: String) throws(Failure) {
        try Self.make(folder)
        self.folder = folder
        state = Mutex(State(index: try OutputFile("\(folder)/runs.ndjson")))
    }

    /// Makes an empty folder, or takes one.
    static func make(_ folder: String) throws(Failure) {
        if mkdir(folder, 0o755) == 0 { return }
        let reason = String(cString: strerror(errno))
        guard errno == EEXIST else { throw Failure(message: "cannot make the folder \(folder): \(reason)") }
        guard let stream = opendir(folder) else {
            throw Failure(message: "cannot keep journals in \(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name == "." || name == ".." else {
                throw Failure(message: "cannot keep journals in \(folder): it is not empty; name a new folder")
            }
        }
    }

    /// What `runs.ndjson` says of a run.
    struct Entry: Encodable {
        /// The name of its journal in this folder.
        var journal = ""
        var scenario: String
        var parameters: [String: String]
        var profile: String
        /// `under-test`, or `without-jitter`: the built-in client that shows what the machine adds to delays.
        var client: String
        /// Its number among runs of its kind, from 0; the workers of a round share it.
        var round: Int
        /// The words of its command line.
        var command: [String]
        /// Instants on the line of its journal, in nanoseconds.
        var started: Int64
        var ended: Int64
        /// `exited 22`, `signal 9`, `time is up`, `no request` or `too many requests`.
        var ending: String
        /// Bytes on its standard output, and their SHA-256.
        var outputLength: Int
        var outputDigest: String
        /// The last lines that it printed.
        var printed: [String]

        init(_ kind: RunRequest.Kind, _ run: Run, command: [String], printed: [String]) {
            scenario = kind.scenario
            parameters = kind.parameters
            profile = kind.profile.rawValue
            client = kind.client == .underTest ? "under-test" : "without-jitter"
            round = run.round
            self.command = command
            started = run.startedAt.nanoseconds
            ended = run.endedAt.nanoseconds
            ending =
                switch run.ending {
                case .exited(let code): "exited \(code)"
                case .signalled(let signal): "signal \(signal)"
                case .timeUp: "time is up"
                case .noRequest: "no request"
                case .tooManyRequests: "too many requests"
                }
            outputLength = run.output.length
            outputDigest = run.output.digest
            self.printed = printed
        }

        private enum CodingKeys: String, CodingKey {
            case journal, scenario, parameters, profile, client, round, command, started, ended, ending, printed
            case outputLength = "output-length"
            case outputDigest = "output-digest"
        }
    }

    func keep(_ entry: Entry, _ header: JournalHeader, _ entries: [JournalEntry]) throws {
        var lines = JournalLine.header(header).bytes
        for entry in entries { JournalLine.entry(entry).append(to: &lines) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try state.withLock { state in
            state.count += 1
            var entry = entry
            let number = String(state.count)
            entry.journal = String(repeating: "0", count: max(0, 4 - number.count)) + number + ".ndjson"
            try TextFile.write(lines, to: "\(folder)/\(entry.journal)")
            try state.index.write(Array(try encoder.encode(entry)) + [UInt8(ascii: "\n")])
        }
    }
}
