/// Finds what somebody probably meant.
enum Suggestion {
    /// The candidate that is nearest to a word, if it is near enough to be a slip: one edit for three letters.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let lowered = Array(word.lowercased().unicodeScalars)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars)
            let distance = distance(from: lowered, to: letters)
            let allowed = max(1, max(lowered.count, letters.count) / 3)
            if distance <= allowed, distance < min(best?.distance ?? .max, lowered.count, letters.count) {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    /// `; did you mean "status"?`, or nothing.
    static func phrase(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// Edits of one letter that turn one word into the other; two neighbours exchanged are one edit
    /// (optimal string alignment).
    static func distance(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + Array(repeating: 0, count: right.count)
            for column in 1...right.count {
                let substitution = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                current[column] = min(last[column] + 1, current[column - 1] + 1, substitution)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
