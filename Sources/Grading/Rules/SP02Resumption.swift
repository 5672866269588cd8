import HTTPSemantics
import Journal

/// SP-02: what comes in parts is put together once, and from one whole.
extension Rule {
    static let sp02 = Rule(
        id: "SP-02", title: "resumes or starts again, and doubles nothing",
        requirement: "After a response that broke off, what the client hands on is the resource once: nothing twice, "
            + "nothing missing, and no parts of two representations.",
        level: .practice, sources: [.combiningParts, .ifRange, .grpcRetries], profile: .get,
        scenarios: ["broken-download", "broken-forever"],
        procedure: """
            A body of 1 MiB with a strong ETag breaks off after 256 KiB, twice, and then comes whole, or in the part \
            that a Range asks for; in two more runs it breaks off once, and then another representation with another \
            ETag is there. Two runs each. Runs without a break tell the length and the digest of what the client \
            prints where nothing goes wrong. Fail if it exits with 0 and printed anything else, or had only parts \
            of different representations; pass if it resumes, starts again or ends with an error. Before a failure \
            is believed, a run in which every connection is reset shows whether its exit code means anything. Not \
            applicable if it takes no such body for a success, or prints nothing that depends on the body.
            """,
        tolerances: "None. Each run is watched for 35 s.",
        errorRates: """
            Exact where the output follows from the body and the exit code means something, both of which are tested. \
            A client that prints nothing fails only for what the journal proves: it stopped after half a body, or \
            after a part of another representation.
            """,
        next: Resumption.next)
}

private enum Resumption {
    static let expected = "the body once and whole, or an end with an error"

    static let whole = RunRequest(Scenarios.brokenDownload(times: 0), count: 2)
    static let otherWhole = RunRequest(Scenarios.brokenDownload(times: 0, other: true))
    static let broken = RunRequest(Scenarios.brokenDownload(times: 2), count: 2)
    static let changed = RunRequest(Scenarios.brokenDownload(times: 1, other: true), count: 2)

    static func next(_ evidence: Evidence) -> Rule.Step {
        let requests = [whole, otherWhole, broken, changed]
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        if let defect = requests.flatMap(evidence.runs).compactMap(\.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        let controls = [whole, otherWhole].flatMap(evidence.runs)
        if let refusing = controls.first(where: { $0.ending != .exited(0) }) {
            return .conclude(
                Finding(
                    .notApplicable, expected: expected,
                    actual: "it takes no body of 1 MiB for a success: \(Wording.ending(refusing.ending))"))
        }
        let reference = Reference(controls)
        let rows =
            evidence.runs(of: broken).map { Row($0, after: "broken off twice", output: reference?.whole) }
            + evidence.runs(of: changed).map { Row($0, after: "changed after a break", output: reference?.other) }
        let picture = Picture.timeline(
            "After a broken download",
            of: rows.map { ("\($0.name), run \($0.run.round + 1)", $0.run) })
        guard rows.contains(where: { $0.result.speaksAgainst }) else {
            return .conclude(judge(rows).showing(picture))
        }
        let control = RunRequest(Scenarios.resetForever)
        let absent = evidence.missing([control])
        guard absent.isEmpty else { return .run(absent) }
        return .conclude(judge(rows, control: evidence.runs(of: control).first).showing(picture))
    }

    /// What the client prints of each body where nothing goes wrong.
    struct Reference {
        var whole: Run.Output
        var other: Run.Output

        /// `nil` where it prints the same for both, or not always the same for one.
        init?(_ controls: [Run]) {
            let outputs = controls.map(\.output)
            guard outputs.count == 3, outputs[0] == outputs[1], outputs[0] != outputs[2], outputs[0].length > 0 else {
                return nil
            }
            (whole, other) = (outputs[0], outputs[2])
        }
    }

    /// What became of one run.
    enum Result: Equatable {
        /// It printed what it should.
        case right
        /// It ended with an error.
        case error
        /// It was still at it when the run ended.
        case open
        /// It ended with 0, and nothing shows what it has.
        case unknown
        /// It ended with 0 after half a body.
        case half
        /// It ended with 0 after a part of another representation than it had the beginning of.
        case spliced
        /// It ended with 0 and printed this many bytes more than it should, less, or others.
        case wrong(difference: Int)

        var speaksAgainst: Bool {
            switch self {
            case .right, .error, .open, .unknown: false
            case .half, .spliced, .wrong: true
            }
        }
    }

    struct Row {
        var name: String
        var run: Run
        var result: Result

        init(_ run: Run, after name: String, output: Run.Output?) {
            self.name = name
            self.run = run
            result = Self.result(run, output)
        }

        /// Requests for a part.
        var resumptions: [Exchange] { run.exchanges.filter { $0.arrival.fields["Range"] != nil } }

        static func result(_ run: Run, _ output: Run.Output?) -> Result {
            guard run.ending == .exited(0) else {
                return run.ending == .timeUp || run.ending == .noRequest ? .open : .error
            }
            let complete = run.exchanges.filter { $0.abort == nil && $0.endedAt != nil }
            guard let last = complete.last?.reply else { return .half }
            if last.status == 206, let first = run.exchanges.first?.reply?.fields["ETag"], last.fields["ETag"] != first,
                !complete.contains(where: { $0.reply?.status == 200 })
            {
                return .spliced
            }
            guard let output else { return .unknown }
            return run.output == output ? .right : .wrong(difference: run.output.length - output.length)
        }

        var line: EvidenceLine {
            EvidenceLine("\(name), run \(run.round + 1): \(manner), \(text)", speaksAgainst: result.speaksAgainst)
        }

        /// How it went on.
        var manner: String {
            guard run.retries > 0 else { return "one request" }
            guard let resumption = resumptions.first else { return "started again" }
            return resumption.arrival.fields["If-Range"] == nil
                ? "resumed by Range, without If-Range" : "resumed by Range, with If-Range"
        }

        var text: String {
            switch result {
            case .right: "printed the body once"
            case .error: Wording.ending(run.ending)
            case .open: Wording.ending(run.ending)
            case .unknown: "exited with 0 and printed nothing to compare"
            case .half: "exited with 0 after a part of the body"
            case .spliced: "exited with 0 after parts of two representations"
            case .wrong(let difference) where difference > 0:
                "exited with 0 and printed \(Wording.count(difference, "byte")) too many"
            case .wrong(let difference) where difference < 0:
                "exited with 0 and printed \(Wording.count(-difference, "byte")) too few"
            case .wrong: "exited with 0 and printed other bytes"
            }
        }
    }

    static func judge(_ rows: [Row], control: Run? = nil) -> Finding {
        let lines = rows.map(\.line)
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        if let bad = rows.first(where: \.result.speaksAgainst) {
            guard control?.ending != .exited(0) else {
                return finding(
                    .inconclusive,
                    "it exits with 0 even where every connection is reset before a response, so its exit code says "
                        + "nothing")
            }
            let count = rows.count { $0.result.speaksAgainst }
            return finding(
                .fail,
                "a download \(bad.name): it \(bad.manner == "one request" ? "" : "\(bad.manner), ")\(bad.text) "
                    + "(\(Wording.share(count, of: rows.count, "run")) went wrong)", bad.classification)
        }
        if let open = rows.first(where: { $0.result == .open }) {
            return finding(.inconclusive, "a download \(open.name): \(open.text) at the end of a run")
        }
        if rows.contains(where: { $0.result == .unknown }) {
            return finding(
                .notApplicable,
                "it does not show what it received: let the command print the body, or its digest, on standard output")
        }
        let manners = rows.filter { $0.result == .right }.map(\.manner).reduce(into: [String]()) { known, manner in
            if !known.contains(manner) { known.append(manner) }
        }
        guard !manners.isEmpty else {
            return finding(.pass, "it reports every broken download as an error", "reports an error")
        }
        let errors = rows.contains { $0.result == .error }
        return finding(
            .pass,
            "it \(Wording.list(manners)), and printed the body once" + (errors ? ", or ended with an error" : ""),
            manners.first)
    }
}

extension Resumption.Row {
    /// A name for what it did wrong.
    fileprivate var classification: String {
        switch result {
        case .half: "takes a part for the whole"
        case .spliced: "splices"
        case .wrong(let difference) where difference > 0: "doubles"
        default: "loses bytes"
        }
    }
}
