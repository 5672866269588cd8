internal import Fixtures
internal import MockServer

/// Serves fixtures anew when their files change, those included that they name.
///
/// The files are looked at a few times a second, by name: that sees editors that write beside a file and rename, as
/// well as bind mounts, on which notifications of the kernel do not arrive. A file is read once it has looked the same
/// twice, so that it is not read while it is being written.
struct FixtureWatch {
    /// A lane and the file that it serves.
    struct Target {
        var lane: Lane
        /// As it was read last.
        var reading: FixtureFiles.Reading
    }

    private static let interval = Duration.milliseconds(100)

    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - targets: what is served, as it was read.
    ///   - read: reads a fixture.
    ///   - report: prints diagnostics, and says what became of a change.
    init(
        _ targets: [Target], read: @escaping @Sendable (String) throws(Failure) -> FixtureFiles.Reading,
        report: @escaping @Sendable (_ diagnostics: [Diagnostic], _ message: String) -> Void
    ) {
        var watched = targets.map { Watched($0) }
        task = Task {
            while !Task.isCancelled {
                for index in watched.indices where watched[index].hasSettledAnew() {
                    await watched[index].reload(read, report)
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Returns once nothing is replaced any more.
    func end() async {
        task.cancel()
        await task.value
    }

    private struct Watched {
        let lane: Lane
        private var reading: FixtureFiles.Reading
        /// The files as they were when they were last looked at.
        private var latest: [FixtureFiles.ReadFile]

        init(_ target: Target) {
            lane = target.lane
            reading = target.reading
            latest = reading.files
        }

        /// Whether the files differ from what was read, and are as they were a moment ago. A file that is away for the
        /// moment will come again.
        mutating func hasSettledAnew() -> Bool {
            let now = reading.files.map { FixtureFiles.ReadFile($0.path) }
            defer { latest = now }
            return now != reading.files && now == latest && now.first?.stamp != nil
        }

        mutating func reload(
            _ read: @Sendable (String) throws(Failure) -> FixtureFiles.Reading,
            _ report: @Sendable (_ diagnostics: [Diagnostic], _ message: String) -> Void
        ) async {
            reading.files = latest
            let path = latest[0].path
            do throws(Failure) {
                reading = try read(path)
                latest = reading.files
                let diagnostics = reading.outcome.diagnostics
                guard let fixture = reading.outcome.fixture else {
                    return report(diagnostics, "\(path) has errors, so \(lane.name) serves what it did before")
                }
                await lane.replaceFixture(fixture, source: reading.source)
                report(diagnostics, "\(path) has changed, and \(lane.name) serves it from now on")
            } catch {
                report([], "\(error.message), so \(lane.name) serves what it did before")
            }
        }
    }
}
