import Fixtures
import HTTPSemantics
import TestSupport
import Testing

/// Thousands of broken texts, made from good ones by chance: each is read to its end, and what is said about it
/// makes sense. The seed is in the arguments, so that a failure can be repeated.
struct MutationTests {
    static let paths =
        RepositoryFiles.files(in: "fixtures", endingWith: ".yaml", ".json")
        + RepositoryFiles.files(in: "fixtures/suites", endingWith: ".yaml")
        + RepositoryFiles.files(in: "fixtures/dialects/data", endingWith: ".yaml")

    @Test(.timeLimit(.minutes(10)), arguments: paths)
    func `mutated fixtures are read to their end`(path: String) throws {
        let original = try RepositoryFiles.bytes(of: path)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<150 {
            var text = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&text, using: &generator) }
            Self.check(text)
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: 1...8 as ClosedRange<UInt64>)
    func `random bytes are read to their end`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for length in 0..<200 { Self.check((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }) }
    }

    @Test(.timeLimit(.minutes(10)), arguments: 1...8 as ClosedRange<UInt64>)
    func `random marks of YAML are read to their end`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for length in 0..<300 {
            Self.check((0..<length).map { _ in Self.marks.randomElement(using: &generator)! })
        }
    }

    private static let marks = Array("{}[]:,-?&*!|>'\"%@`#\n  \t$a0~<.é\u{FEFF}".utf8)

    private static func mutate(_ text: inout [UInt8], using generator: inout SeededGenerator) {
        guard !text.isEmpty else { return }
        let start = Int.random(in: 0..<text.count, using: &generator)
        let end = min(text.count, start + Int.random(in: 0...30, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: text[start] = UInt8.random(in: 0...255, using: &generator)
        case 1: text[start] = marks.randomElement(using: &generator)!
        case 2: text.removeSubrange(start..<end)
        case 3: text.insert(contentsOf: text[start..<end], at: Int.random(in: 0...text.count, using: &generator))
        case 4: text.insert(marks.randomElement(using: &generator)!, at: start)
        default: text.removeSubrange(start...)
        }
    }

    /// Reads a text as a fixture and as a dialect, and looks at what is said.
    private static func check(_ text: [UInt8]) {
        let loader = FixtureLoader.shipped()
        let outcome = loader.load(text, file: "x")
        let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
        #expect((outcome.fixture == nil) == hasErrors, "\(text)")
        let dialect = DialectLoader().load(text, file: "x")
        for diagnostic in outcome.diagnostics + dialect.diagnostics {
            let isPlaced =
                diagnostic.line >= 1 && diagnostic.column >= 1 && diagnostic.endColumn > diagnostic.column
                && diagnostic.column <= diagnostic.sourceLine.unicodeScalars.count + 1
            #expect(isPlaced, "\(diagnostic) in \(text)")
            #expect(diagnostic.rendered(colour: false).contains(diagnostic.message))
            #expect(!diagnostic.rendered(colour: false).contains("\u{1B}"))
        }
    }
}
