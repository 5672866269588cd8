internal import HTTPSemantics

/// Figures in Prometheus' text format, version 0.0.4
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
enum PrometheusText {
    static func page(_ lanes: [LaneFigures], uptime: Duration) -> String {
        var text = ""
        metric("uptime_seconds", "gauge", "Seconds since the server began.", [("", "\(uptime.inSeconds)")], &text)
        metric("lanes", "gauge", "Lanes that are served.", [("", "\(lanes.count)")], &text)
        let exchanges = lanes.flatMap { lane in
            lane.exchanges.map { (source: $0.kind.source.rawValue, status: $0.kind.status, count: $0.count) }
                .sorted { ($0.source, $0.status) < ($1.source, $1.status) }
                .map { (labels(lane.name, [("source", $0.source), ("status", "\($0.status)")]), "\($0.count)") }
        }
        metric(
            "exchanges_total", "counter",
            "Requests that have ended, by the status that was sent (0: none) and by what decided it.", exchanges, &text)
        let perLane: [(String, String, String, KeyPath<LaneFigures, UInt64>)] = [
            ("connections", "gauge", "Connections that are open.", \.connections),
            ("exchanges_in_flight", "gauge", "Requests that have not ended.", \.inFlight),
            ("exchanges_parked", "gauge", "Requests whose reply is delayed, held or stalled on purpose.", \.parked),
            ("journal_entries_total", "counter", "Entries written to the journal.", \.entries),
            ("journal_dropped_total", "counter", "Entries that a full journal has lost.", \.dropped),
            ("stalls_total", "counter", "Times when the server itself was late.", \.stalls),
        ]
        for (name, type, help, figure) in perLane {
            metric(name, type, help, lanes.map { (labels($0.name), "\($0[keyPath: figure])") }, &text)
        }
        return text
    }

    private static func metric(
        _ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)],
        _ text: inout String
    ) {
        text += "# HELP retrograde_\(name) \(help)\n# TYPE retrograde_\(name) \(type)\n"
        for (labels, value) in samples { text += "retrograde_\(name)\(labels) \(value)\n" }
    }

    private static func labels(_ lane: String, _ more: [(String, String)] = []) -> String {
        let pairs = ([("lane", lane)] + more).map { "\($0)=\"\(escaped($1))\"" }
        return "{\(pairs.joined(separator: ","))}"
    }

    /// Lanes made in Swift may have any name.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
