internal import Grading

/// What the words of a report mean, at its end.
enum HTMLGlossary {
    static var footer: Markup {
        let grades = CardGrade.allCases.map { grade -> Markup in
            "<div><dt><span class=\"grade \(grade.style)\">\(grade.rawValue)</span></dt><dd>\(grade.meaning)</dd></div>"
        }
        let verdicts = HTMLVerdict.order.map { verdict -> Markup in
            """
            <div><dt>\(HTMLVerdict.symbol(verdict)) \(verdict.words)</dt><dd>\(meaning(verdict))</dd></div>
            """
        }
        let levels = Level.allCases.map { level -> Markup in
            "<div><dt>\(level.rawValue)</dt><dd>\(level.meaning)</dd></div>"
        }
        return """
            <footer>
            <h2>How to read this</h2>
            <div class="glossary">
            <section aria-labelledby="verdicts"><h3 id="verdicts">Verdicts</h3><dl>\(verdicts)</dl></section>
            <section aria-labelledby="levels"><h3 id="levels">Levels</h3><dl>\(levels)</dl></section>
            <section aria-labelledby="grades"><h3 id="grades">Grades</h3><dl>\(grades)</dl></section>
            </div>
            <p>Times are measured at the fake upstream, from just before the first byte of a response to the next \
            request. Network and scheduling can only lengthen them, so early is proof and late is a hint.</p>
            </footer>
            """
    }

    private static func meaning(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "the evidence shows that the client does what the rule asks"
        case .fail: "the evidence shows that it does not"
        case .inconclusive: "the evidence is too weak to say"
        case .notApplicable: "the rule does not concern this client"
        }
    }
}
