import HTTPSemantics
import Journal

/// RD-01: Retry-After as a date is honoured.
extension Rule {
    static let rd01 = Rule(
        id: "RD-01", title: "waits for a Retry-After date",
        requirement: "After a response whose Retry-After is an HTTP date the client does not come back before it.",
        level: .should, sources: [.retryAfter, .dates], profile: .get, scenarios: ["date-once"],
        procedure: """
            A failure with an IMF-fixdate a few seconds ahead, sent at .1, .5 and .9 of a wall second, two runs each \
            (one at .5 in quick); then success. Fail if a run comes back more than a second before the date, or \
            earlier than the date in a way that counting in whole seconds does not explain. Early by exactly the \
            fraction that whole seconds drop is a pass with a note. The date is beyond the client's own delay, as in \
            RA-01.
            """,
        tolerances: """
            25 ms early. A civil clock that moves more than 50 ms during a run makes it inconclusive. Runs in which a \
            stall of the server may hide that the client was early are repeated, until each phase has its two without, \
            or six in all.
            """,
        errorRates: """
            No false fail while client and server share a clock. Three phases tell whole seconds (the error follows \
            the phase) from a wrong clock (it does not); the one phase of quick cannot.
            """,
        next: Dates.next, observe: { Dates.observe($0, obsolete: false) })

    static let rd02 = Rule(
        id: "RD-02", title: "reads the obsolete date forms",
        requirement: "The client understands the RFC 850 and asctime forms of a date as well.",
        level: .must, sources: [.dates, .retryAfter], profile: .get, scenarios: ["date-once"],
        procedure: """
            As RD-01, in both obsolete forms, two runs each. Fail if it comes back early or not at all. Judged only \
            where RD-01 passes.
            """,
        tolerances: "As RD-01; not back 35 s after the date counts as not at all.",
        errorRates: "As RD-01.",
        next: Dates.nextObsolete, observe: { Dates.observe($0, obsolete: true) })
}

enum Dates {
    static let expected = "no request before the date"
    static let expectedObsolete = "no request before a date in either obsolete form"

    /// The runs of one form.
    struct Plan {
        var kinds: [RunRequest.Kind]
        var each: Int

        init(_ gate: Gate, _ thoroughness: Evidence.Thoroughness, form: HTTPDateForm = .imfFixdate) {
            let quick = thoroughness == .quick
            let phases = form == .imfFixdate && !quick ? [100, 500, 900] : [500]
            let wait = max(3, AnnouncedWait(gate, thoroughness).first)
            let status = gate.retriesUnavailable ? 503 : 429
            kinds = phases.map { Scenarios.dateOnce(status: status, wait: wait, form: form, phase: $0) }
            each = quick ? 1 : 2
        }

        /// What is missing, and what stalls made necessary.
        func open(_ evidence: Evidence) -> [RunRequest] {
            let missing = evidence.missing(kinds.map { RunRequest($0, count: each) })
            guard missing.isEmpty else { return missing }
            guard isHidden(evidence), !returns(evidence).contains(where: \.isEarly) else { return [] }
            return kinds.filter { !hasProof($0, evidence) }.compactMap { kind in
                let count = evidence.runs[kind]?.count ?? 0
                return count < 3 * each ? RunRequest(kind, count: count + each) : nil
            }
        }

        /// Whether stalls hide in too many runs whether the client was early. Where each phase has as many undoubted
        /// runs as were planned, others beside them do not matter: one that is early is seen through any stall.
        func isHidden(_ evidence: Evidence) -> Bool {
            let returns = returns(evidence)
            return Double(returns.count(where: \.isDoubtful)) > (1 - Tolerance.keptShare) * Double(returns.count)
                && !kinds.allSatisfy { hasProof($0, evidence) }
        }

        private func hasProof(_ kind: RunRequest.Kind, _ evidence: Evidence) -> Bool {
            returns(evidence, of: kind).count { !$0.isDoubtful } >= each
        }

        func runs(_ evidence: Evidence) -> [Run] { kinds.flatMap { evidence.runs[$0] ?? [] } }

        func returns(_ evidence: Evidence) -> [DatedReturn] { kinds.flatMap { returns(evidence, of: $0) } }

        private func returns(_ evidence: Evidence, of kind: RunRequest.Kind) -> [DatedReturn] {
            let form = kind.parameters["form"] ?? ""
            let phase = Self.phase(kind)
            return (evidence.runs[kind] ?? []).compactMap { run in
                DatedReturn("\(form), sent \(phase), run \(run.round + 1)", run)
            }
        }

        /// `100 ms into a second`.
        private static func phase(_ kind: RunRequest.Kind) -> String {
            "\((kind.parameters["phase"] ?? "").filter(\.isNumber)) ms into a second"
        }

        func picture(_ evidence: Evidence) -> Picture {
            let runs = kinds.flatMap { kind in
                (evidence.runs[kind] ?? []).map {
                    ("sent \(Self.phase(kind)), run \($0.round + 1)", $0)
                }
            }
            let form = kinds.first?.parameters["form"] ?? ""
            return .timeline("Attempts and the dates they were asked for, form \(form)", of: runs)
        }
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let plan = Plan(gate, evidence.thoroughness)
            let open = plan.open(evidence)
            guard open.isEmpty else { return .run(open) }
            return .conclude(judge(plan, gate, evidence, expected: expected).showing(plan.picture(evidence)))
        }
    }

    static func nextObsolete(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expectedObsolete) { gate in
            let plans = [HTTPDateForm.rfc850, .asctime].map { Plan(gate, evidence.thoroughness, form: $0) }
            let usual = Plan(gate, evidence.thoroughness)
            let openUsual = usual.open(evidence)
            guard openUsual.isEmpty else { return .run(openUsual) }
            let usualFinding = judge(usual, gate, evidence, expected: expected)
            if usualFinding.verdict == .inconclusive {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expectedObsolete,
                        actual: "whether it honours dates at all could not be seen (see RD-01)"))
            }
            guard usualFinding.verdict == .pass else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expectedObsolete,
                        actual: "judged only where dates in the current form are honoured (see RD-01)"))
            }
            let open = plans.flatMap { $0.open(evidence) }
            guard open.isEmpty else { return .run(open) }
            return .conclude(judgeObsolete(plans, gate, evidence).showing(plans.map { $0.picture(evidence) }))
        }
    }

    static func judge(_ plan: Plan, _ gate: Gate, _ evidence: Evidence, expected: String) -> Finding {
        let runs = plan.runs(evidence)
        let returns = plan.returns(evidence)
        let lines = returns.map(\.line)
        func finding(_ verdict: Verdict, _ actual: String, notes: [String] = [], class name: String? = nil) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual, evidence: lines, notes: notes, classification: name)
        }
        if let defect = defect(runs) { return finding(.inconclusive, defect) }
        guard returns.count == runs.count else {
            return finding(.inconclusive, "the responses did not carry the dates of the scenario")
        }
        let offsets = returns.compactMap(\.offset)
        guard let earliest = offsets.min() else {
            return finding(
                .notApplicable, "it does not come back after a response with a date", class: "gives up on a date")
        }
        let early = "in \(Wording.share(returns.count(where: \.isEarly), of: offsets.count, "run")), by up to "
        if earliest < -1 - Tolerance.early {
            let ignored = !AnnouncedWait.differ(
                returns.compactMap { one in one.offset.map { one.asked + $0 } }, own: gate.ownDelays)
            return finding(
                .fail, "before the date \(early)\(Wording.seconds(-earliest))",
                class: ignored ? "does not read dates" : "comes back early")
        }
        if plan.isHidden(evidence) {
            let hidden = Wording.share(returns.count(where: \.isDoubtful), of: offsets.count, "run")
            return finding(.inconclusive, "the server was late in \(hidden), which may hide that it was early")
        }
        if AnnouncedWait(gate, evidence.thoroughness).needsComparison,
            !AnnouncedWait.differ(returns.compactMap { one in one.offset.map { one.asked + $0 } }, own: gate.ownDelays)
        {
            return finding(
                .inconclusive,
                "its own delay, \(Wording.wait(Sample(gate.ownDelays).median)), is longer than can be asked for, and "
                    + "it waits the same with and without the date")
        }
        let hasty = returns.filter(\.isEarly)
        guard hasty.allSatisfy(\.fitsWholeSeconds) else {
            return finding(
                .fail, "before the date \(early)\(Wording.span(-earliest)), more than whole seconds explain",
                class: "comes back early")
        }
        var notes: [String] = []
        if !hasty.isEmpty {
            notes.append(
                "it counts in whole seconds, so it comes up to \(Wording.span(-earliest)) before the date")
        }
        let latest = offsets.max() ?? 0
        if latest > 1 + Tolerance.late(returns.map(\.asked).max() ?? 0) {
            notes.append("it comes up to \(Wording.seconds(latest)) after the date")
        }
        let text =
            hasty.isEmpty
            ? "never before the date in \(Wording.count(offsets.count, "run"))"
            : "within a second of the date in \(Wording.count(offsets.count, "run"))"
        return finding(.pass, text, notes: notes, class: hasty.isEmpty ? nil : "whole seconds")
    }

    static func judgeObsolete(_ plans: [Plan], _ gate: Gate, _ evidence: Evidence) -> Finding {
        var parts: [Finding] = []
        for plan in plans {
            var part = judge(plan, gate, evidence, expected: expectedObsolete)
            let form = plan.kinds.first?.parameters["form"] ?? ""
            if part.verdict == .notApplicable {
                // It does come back after the current form, so this one was not understood.
                part.verdict = .fail
                part.actual = "it does not come back after a date in this form, though it does after an IMF-fixdate"
                part.evidence = part.evidence.speakingAgainst
            }
            part.actual = "\(form): \(part.actual)"
            parts.append(part)
        }
        let worst = parts.first { $0.verdict == .fail } ?? parts.first { $0.verdict == .inconclusive }
        return Finding(
            worst?.verdict ?? .pass, expected: expectedObsolete,
            actual: worst?.actual ?? "both forms are understood",
            evidence: parts.flatMap(\.evidence), notes: Array(Set(parts.flatMap(\.notes))).sorted(),
            classification: worst?.classification)
    }

    static func defect(_ runs: [Run]) -> String? {
        if let defect = runs.compactMap(\.defect).first { return defect }
        guard let stepped = runs.first(where: { abs($0.clockStep.inSeconds) > Tolerance.clockStep.inSeconds }) else {
            return nil
        }
        return "the machine's civil clock moved by \(Wording.span(abs(stepped.clockStep.inSeconds))) during a run"
    }

    /// Every pause of a journal that followed a date.
    static func observe(_ observation: Observation, obsolete: Bool) -> Finding {
        let expected = obsolete ? expectedObsolete : expected
        return judgeObservation(observation, expected: expected) { calls in
            let returns = calls.flatMap { call in
                zip(call.exchanges, call.exchanges.dropFirst()).compactMap { first, second -> DatedReturn? in
                    let sentAt = first.repliedAt ?? first.arrivedAt
                    let wall = observation.wall(at: sentAt)
                    guard let value = first.reply?.fields["Retry-After"],
                        case .date(_, let form) = RetryAfter(value, reference: wall.time(at: sentAt)),
                        (form != .imfFixdate) == obsolete
                    else { return nil }
                    return DatedReturn(
                        call.name, first, second, wall: wall, stalls: observation.stalls)
                }
            }.filter { $0.offset != nil }
            guard !returns.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no retry followed such a date")
            }
            let lines = returns.map(\.line)
            let count = Wording.count(returns.count, "retry")
            if returns.contains(where: { $0.isFarTooEarly || ($0.isEarly && !$0.fitsWholeSeconds) }) {
                return Finding(
                    .fail, expected: expected,
                    actual:
                        "before the date in \(Wording.share(returns.count(where: \.isEarly), of: returns.count, "retry"))",
                    evidence: lines)
            }
            if Double(returns.count(where: \.isDoubtful)) > (1 - Tolerance.keptShare) * Double(returns.count) {
                return Finding(
                    .inconclusive, expected: expected, actual: "the server was late in too many cases",
                    evidence: lines)
            }
            let hasty = returns.contains(where: \.isEarly)
            return Finding(
                .pass, expected: expected,
                actual: "\(hasty ? "within a second of" : "never before") the date in \(count)",
                evidence: lines, notes: hasty ? ["it counts in whole seconds"] : [])
        }
    }
}
