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

    @Option(help: "Only these, with commas between: \(Guarded.all.map(\.name).joined(separator: ", ")).")
    var only: String?

    func validate() throws {
        for name in names where !Guarded.all.contains(where: { $0.name == name }) {
            throw ValidationError("no figure is called \"\(name)\"")
        }
    }

    private var names: [String] { only?.split(separator: ",").map(String.init) ?? Guarded.all.map(\.name) }

    func run() throws {
        let workshop = try Workshop(retrograde: retrograde)
        let kept = try KeptFigures(try TextFile.read(KeptFigures.path))
        var grown: [String] = []
        for guarded in Guarded.all where names.contains(guarded.name) {
            guard let figure = kept.value(of: guarded.name) else {
                throw BenchError("\(KeptFigures.path) has no figure for \(guarded.name)")
            }
            let verdict = try guarded.check(against: figure) { try guarded.measure(workshop) }
            if verdict.fails { grown.append(guarded.name) }
            Terminal.show(verdict.text)
        }
        guard grown.isEmpty else {
            Terminal.note("guard: \(grown.joined(separator: ", ")) above what is kept")
            throw ExitCode(1)
        }
    }
}
