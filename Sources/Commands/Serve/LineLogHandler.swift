internal import HTTPSemantics
internal import Logging
internal import MockServer

/// Writes log events as lines: `time=… level=info message="lane began" lane=quota`, or the same as an object of JSON.
struct LineLogHandler: LogHandler {
    var format: LogFormat
    var write: @Sendable (String) -> Void
    /// Civil time.
    var now: @Sendable () -> WallTime = { MonotonicClock.civilTime() }

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    init(format: LogFormat, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.write = write
    }

    func log(event: LogEvent) {
        let values = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        let members =
            [
                ("time", RFC3339.format(now(), decimals: 3)), ("level", event.level.rawValue),
                ("message", "\(event.message)"),
            ] + values.map { ($0, "\($1)") }.sorted { $0.0 < $1.0 }
        write(line(members) + "\n")
    }

    private func line(_ members: [(name: String, value: String)]) -> String {
        switch format {
        case .logfmt: members.map { "\($0.name)=\(Self.logfmt($0.value))" }.joined(separator: " ")
        case .json:
            String(
                decoding: JSONText.object(
                    members.map { JSONText.Member(name: $0.name, value: .string(Printable.text($0.value))) }
                ).bytes, as: UTF8.self)
        }
    }

    /// In quotes where it would not be one word. What others chose cannot begin a line of its own.
    private static func logfmt(_ value: String) -> String {
        let text = Printable.text(value)
        guard text.isEmpty || text.contains(where: { " =\"\\".contains($0) }) else { return text }
        return "\"\(text.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined())\""
    }
}
