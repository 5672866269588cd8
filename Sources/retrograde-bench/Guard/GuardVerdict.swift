/// What became of a watched figure, in words.
struct GuardVerdict {
    let guarded: Guarded
    let value: Double
    let kept: Double

    var fails: Bool { value > kept * guarded.margin }

    /// A line for a figure that holds; for one that grew, also what to do.
    var text: String {
        let change = (value / kept - 1) * 100
        let compared =
            "\(guarded.name.padded(to: 22)) \(number(value)) \(guarded.unit), kept \(number(kept)) "
            + "(\(change < 0 ? "" : "+")\(change.text(1)) %, allowed +\(((guarded.margin - 1) * 100).text()) %): "
        guard fails else {
            return compared + (value < kept * (2 - guarded.margin) ? "holds; lower the kept figure\n" : "holds\n")
        }
        return compared + "GREW\n" + """
                It grew by \(number(value - kept)) \(guarded.unit)\(guarded.attempts > 1 ? ", the lowest of \(guarded.attempts) measurements" : "").
                To find out why: \(guarded.advice)
                If it is worth that, this line in Sources/retrograde-bench/Kept.txt, with the reason:
                \(guarded.name) \(plain(value)) REASON

            """
    }

    private func number(_ value: Double) -> String { value.text(value.magnitude < 100 ? 2 : 0) }

    /// As it is written into the file.
    private func plain(_ value: Double) -> String { number(value).filter { $0 != "," } }
}
