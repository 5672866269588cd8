import Testing

@testable import retrograde_bench

@Suite struct KeptFiguresTests {
    @Test func `reads figures with their reasons`() throws {
        let kept = try KeptFigures("# why\n\nstart 1.5 the dialects are embedded\nmemory-key 180 a slot\n")
        #expect(kept.value(of: "start") == 1.5)
        #expect(kept.figures.last?.reason == "a slot")
        #expect(kept.value(of: "other") == nil)
    }

    @Test(arguments: ["start 1.5", "start fast because", "start 0 nothing is free", "start"])
    func `a line without a figure and a reason is an error`(line: String) {
        #expect(throws: BenchError.self) { try KeptFigures("# kept\n\(line)\n") }
    }

    @Test func `the repository keeps a figure for everything that is guarded, and for nothing else`() throws {
        let kept = try KeptFigures(try TextFile.read(KeptFigures.path))
        #expect(kept.figures.map(\.name) == Guarded.all.map(\.name))
    }
}
