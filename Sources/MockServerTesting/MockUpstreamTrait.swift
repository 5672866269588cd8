public import Fixtures
internal import Grading
public import MockServer
public import Testing

/// Gives every test case a fake upstream of its own, and judges its client by what the fixture expects.
///
/// Of a suite, every test in it has one. ``MockUpstream/current`` is that upstream's lane.
public struct MockUpstreamTrait: TestTrait, SuiteTrait, TestScoping {
    /// What makes the fixture, in the test case that it is for: an error there is an issue of that test.
    let fixture: @Sendable () throws -> Fixture
    let clock: LaneClock
    let tls: Bool
    let sourceLocation: SourceLocation

    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withMockUpstream(try fixture(), clock: clock, tls: tls) { lane in
            try await MockUpstream.$lane.withValue(lane) { try await function() }
            for verdict in await lane.verdicts(by: RuleCatalogue.all) where verdict.finding.verdict == .fail {
                let finding = verdict.finding
                Issue.record(
                    "\(verdict.rule): expected \(finding.expected); \(finding.actual)", sourceLocation: sourceLocation)
            }
        }
    }
}

extension Trait where Self == MockUpstreamTrait {
    /// A fake upstream from a fixture file.
    ///
    /// Where the fixture has `expect`, a rule that fails on what the test's client did is an issue of the test.
    ///
    /// - Parameters:
    ///   - path: absolute, or from the folder of the package that the test belongs to.
    ///   - parameters: values that stand for those of the fixture's `parameters`.
    ///   - clock: what moves limits, dates, waits and journal: real time, or `Lane.advance(by:)`.
    ///   - tls: whether it speaks TLS.
    ///   - testFile: the test's source file; it tells which package that is.
    ///   - sourceLocation: where issues are told to be.
    public static func mockUpstream(
        _ path: String, parameters: [String: String] = [:], clock: LaneClock = .real, tls: Bool = false,
        testFile: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        MockUpstreamTrait(
            fixture: {
                let file = path.hasPrefix("/") ? path : "\(try PackageFolder.above(testFile))/\(path)"
                return try Fixture(file: file, parameters: parameters)
            }, clock: clock, tls: tls, sourceLocation: sourceLocation)
    }

    /// A fake upstream from a fixture's text, which names no files; otherwise as from a file.
    public static func mockUpstream(
        text: String, parameters: [String: String] = [:], clock: LaneClock = .real, tls: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        MockUpstreamTrait(
            fixture: { try Fixture(text: text, parameters: parameters) }, clock: clock, tls: tls,
            sourceLocation: sourceLocation)
    }

    /// A fake upstream from a fixture that was made in Swift.
    public static func mockUpstream(
        _ fixture: Fixture, clock: LaneClock = .real, tls: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        MockUpstreamTrait(fixture: { fixture }, clock: clock, tls: tls, sourceLocation: sourceLocation)
    }
}
