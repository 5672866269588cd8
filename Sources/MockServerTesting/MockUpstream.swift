public import MockServer

/// The fake upstream of the test that runs.
public enum MockUpstream {
    @TaskLocal static var lane: Lane?

    /// The lane that `.mockUpstream(…)` has made for this test case.
    ///
    /// - Throws: ``MissingTrait`` where neither the test nor a suite around it has the trait, and in detached tasks.
    public static var current: Lane {
        get throws(MissingTrait) {
            guard let lane else { throw MissingTrait() }
            return lane
        }
    }

    public struct MissingTrait: Error, Hashable, Sendable, CustomStringConvertible {
        public var description: String {
            "no upstream runs here: give the test or its suite the trait .mockUpstream(…), and ask in no detached task"
        }
    }
}
