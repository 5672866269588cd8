/// The figures that a change may not raise by more than a tenth, as they stand in `Kept.txt`: a line each, with the
/// name, the figure, and why it is what it is.
struct KeptFigures {
    struct Figure {
        var name: String
        var value: Double
        var reason: String
    }

    var figures: [Figure] = []

    static var path: String { "\(Workshop.sources)/Kept.txt" }

    /// - Throws: ``BenchError`` that names the line that is not understood.
    init(_ text: String) throws {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            guard words.count == 3, let value = Double(words[1]), value > 0 else {
                throw BenchError("line \(index + 1) of the kept figures is not NAME FIGURE REASON: \(line)")
            }
            figures.append(Figure(name: String(name), value: value, reason: String(words[2])))
        }
    }

    func value(of name: String) -> Double? { figures.first { $0.name == name }?.value }
}
