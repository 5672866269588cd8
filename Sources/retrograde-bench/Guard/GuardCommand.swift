internal import ArgumentParser

/// `retrograde-bench guard`: fails when a figure has grown.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "Fail when instructions, start-up or memory are above the kept figures.",
        discussion: """
            The figures are kept in Sources/retrograde-bench/Kept.txt. To raise one, change its line there and write
            the reason behind it. One that is more than a tenth lower should be lowered, so that the gain is kept.
            """)

    @Option(help: "The retrograde to measure; default: the one beside this program.")
    var retrograde: String?

    func run() throws {
        let workshop = try Workshop(retrograde: retrograde)
        let kept = try KeptFigures(try TextFile.read(KeptFigures.path))
        var hasFailed = false
        for guarded in Guarded.all {
            guard let limit = kept.value(of: guarded.name) else {
                throw BenchError("\(KeptFigures.path) has no figure for \(guarded.name)")
            }
            let value = try guarded.measure(workshop)
            let verdict =
                switch value / limit {
                case guarded.margin...: "FAILS: it grew by \(((value / limit - 1) * 100).text()) %"
                case ..<(2 - guarded.margin): "passes; lower the kept figure"
                default: "passes"
                }
            hasFailed = hasFailed || value / limit >= guarded.margin
            let decimals = value < 100 ? 2 : 0
            Terminal.show(
                "\(guarded.name.padded(to: 22)) \(value.text(decimals)) \(guarded.unit), kept \(limit.text(decimals)): "
                    + "\(verdict)\n")
        }
        if hasFailed { throw ExitCode(1) }
    }
}
