/// The house's plan as data: who may import whom, and what else a module is allowed.
///
/// The reasons stand in `Sources/Commands/Documentation.docc/Architecture.md`. To change the plan, change this table and
/// that page in one commit, and say why.
struct Room: Sendable {
    let module: String
    /// Modules of this package.
    var ours: Set<String> = []
    /// Modules of packages, of the toolchain and of the platform.
    var others: Set<String> = []
    /// The core decides in values: it reads no clock, file, environment or random source and holds no lock.
    var isCore = false
    /// Where unsafe pointers and unchecked promises may stand: the module's files, or those whose path starts so.
    var unsafeCode: [String] = []
    /// More imports for the files whose path starts so: a narrower door than one for the whole module.
    var exceptions: [(path: String, others: Set<String>)] = []
}

enum House {
    static let rooms: [Room] = [
        // The core.
        Room(module: "HTTPSemantics", others: ["HTTPTypes", "RawStructuredFieldValues"], isCore: true),
        Room(module: "RateLimiting", ours: ["HTTPSemantics"], others: ["DequeModule"], isCore: true),
        Room(
            module: "Fixtures", ours: ["HTTPSemantics", "RateLimiting", "CYAML"], isCore: true,
            unsafeCode: ["Sources/Fixtures/YAML/"]),
        Room(module: "Journal", ours: ["HTTPSemantics"], others: ["FoundationEssentials"], isCore: true),
        Room(
            module: "Upstream", ours: ["Fixtures", "RateLimiting", "Journal", "HTTPSemantics"],
            others: ["FoundationEssentials"], isCore: true),
        // The judge shares no code with the judged, and never sees the server.
        Room(module: "Grading", ours: ["Journal", "HTTPSemantics"], isCore: true),
        Room(module: "Backoff", ours: ["HTTPSemantics"], isCore: true),
        // Both sides in virtual time. The judge is not among them: whoever wants a verdict makes evidence of the events.
        Room(
            module: "Simulation", ours: ["Upstream", "Backoff", "Fixtures", "RateLimiting", "HTTPSemantics"],
            isCore: true),

        // The edge.
        Room(
            module: "MockServer",
            ours: ["Upstream", "Fixtures", "Journal", "Grading", "HTTPSemantics", "CMicroHTTPD", "CResources"],
            others: ["Logging", "Glibc", "Synchronization"],
            unsafeCode: ["Sources/MockServer/"],
            exceptions: [("Sources/MockServer/Control", ["FoundationEssentials"])]),
        // For the tests of others: the one room that imports Testing, and that nothing of ours imports.
        Room(
            module: "MockServerTesting", ours: ["MockServer", "Fixtures", "Grading"], others: ["Testing", "Glibc"]),
        Room(
            module: "BackoffClient", ours: ["Backoff", "HTTPSemantics", "CCurl"],
            others: ["HTTPTypes", "Logging", "Metrics", "Glibc", "Synchronization"],
            unsafeCode: ["Sources/BackoffClient/"]),
        // Apart from the client, which needs no SQLite.
        Room(
            module: "BackoffQueue", ours: ["BackoffClient", "Backoff", "HTTPSemantics", "CSQLite"],
            others: ["HTTPTypes", "Glibc", "Synchronization"], unsafeCode: ["Sources/BackoffQueue/SQLite/"]),
        Room(
            module: "Commands",
            ours: [
                "HTTPSemantics", "RateLimiting", "Fixtures", "Journal", "Upstream", "Grading", "Backoff",
                "Simulation", "MockServer", "BackoffClient", "BackoffQueue", "CResources",
            ],
            others: [
                "ArgumentParser", "Subprocess", "Logging", "HTTPTypes", "FoundationEssentials", "Glibc",
                "Synchronization",
            ]),
        Room(module: "retrograde", ours: ["Commands"], others: ["Glibc"]),
        // Measures the program beside it, over sockets and from outside; the modules it imports are measured alone.
        Room(
            module: "retrograde-bench",
            ours: ["BackoffClient", "MockServer", "Fixtures", "Grading", "Journal", "HTTPSemantics", "CMicroHTTPD"],
            others: ["ArgumentParser", "FoundationEssentials", "Glibc", "Histogram", "HTTPTypes"],
            unsafeCode: ["Sources/retrograde-bench/Machine/", "Sources/retrograde-bench/Loaders/"]),
    ]

    /// C targets: system libraries behind module maps, and the files that the binary carries.
    static let cTargets: Set<String> = ["CMicroHTTPD", "CCurl", "CYAML", "CSQLite", "CResources"]

    /// From the C library the core may take mathematics, function by function: `private import func Glibc.log`.
    static let mathematics: Set<String> = [
        "atan", "cbrt", "cos", "erf", "erfc", "exp", "exp2", "expm1", "floor", "ceil", "fmod", "hypot", "ldexp",
        "lgamma", "log", "log10", "log1p", "log2", "pow", "round", "sin", "sqrt", "tgamma",
    ]

    /// What a fresh clone shows at its top.
    static let topLevel: Set<String> = [
        ".ci", ".github", ".gitignore", ".swift-format", "LICENSE", "Package.swift", "README.md", "Sources", "Tests",
        "docker", "fixtures",
    ]

    /// Made by tools beside the sources, and named in `.gitignore`.
    static func isByProduct(_ name: String) -> Bool {
        [".git", ".swiftpm", "Package.resolved"].contains(name) || name.hasPrefix(".build")
            || name.hasSuffix(".profraw")
    }
}
