internal import Grading

/// Verdicts as they look: a shape and a word each, never a colour alone.
enum HTMLVerdict {
    /// From bad to indifferent.
    static let order: [Verdict] = [.fail, .inconclusive, .pass, .notApplicable]

    static func symbol(_ verdict: Verdict) -> Markup {
        "<span class=\"symbol \(verdict.style)\" aria-hidden=\"true\">\(character(verdict))</span>"
    }

    static func character(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        case .notApplicable: "–"
        }
    }

    /// The word behind a number: `3 passed`.
    static func counted(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "passed"
        case .fail: "failed"
        case .inconclusive: "inconclusive"
        case .notApplicable: "not applicable"
        }
    }
}

extension Verdict {
    /// The name of its class in the style sheet.
    var style: String { self == .notApplicable ? "idle" : rawValue }
}

extension CardGrade {
    /// The name of its class in the style sheet.
    var style: String {
        switch self {
        case .a, .b: "pass"
        case .c, .d, .f: "fail"
        case .undecided: "inconclusive"
        case .none: "idle"
        }
    }
}
