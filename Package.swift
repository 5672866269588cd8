// swift-tools-version: 6.2
import PackageDescription

// The same settings for every Swift target. Existentials are spelled out, imports are internal unless a
// public signature needs them, and a member is visible only where its module is imported.
let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let structuredFields = Target.Dependency.product(
    name: "RawStructuredFieldValues", package: "swift-http-structured-headers")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "retrograde",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "retrograde", targets: ["retrograde"]),
        .executable(name: "retrograde-bench", targets: ["retrograde-bench"]),
        // With the modules whose types its users meet.
        .library(
            name: "MockServer", targets: ["MockServer", "Upstream", "Fixtures", "Journal", "Grading", "HTTPSemantics"]),
        .library(name: "MockServerTesting", targets: ["MockServerTesting"]),
        .library(name: "BackoffClient", targets: ["BackoffClient"]),
        // Apart from the client, so that only who keeps calls in a file needs SQLite.
        .library(name: "BackoffQueue", targets: ["BackoffQueue", "BackoffClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        // The benchmark only.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // The core: values that decide. None of them reads a clock, a file or a random source.
        library("HTTPSemantics", [httpTypes, structuredFields]),
        library("RateLimiting", ["HTTPSemantics", collections]),
        library("Fixtures", ["HTTPSemantics", "RateLimiting", "CYAML"]),
        library("Journal", ["HTTPSemantics"]),
        library("Upstream", ["Fixtures", "RateLimiting", "Journal", "HTTPSemantics"]),
        library("Grading", ["Journal", "HTTPSemantics"]),
        library("Backoff", ["HTTPSemantics"]),
        library("Simulation", ["Upstream", "Backoff", "Fixtures", "RateLimiting", "HTTPSemantics"]),

        // The edge: sockets, processes, files, the terminal.
        library(
            "MockServer",
            ["Upstream", "Fixtures", "Journal", "Grading", "HTTPSemantics", "CMicroHTTPD", "CResources", logging]),
        // For tests of others: it imports the toolchain's Testing, and nothing of ours imports it.
        library("MockServerTesting", ["MockServer", "Fixtures", "Grading"]),
        library("BackoffClient", ["Backoff", "HTTPSemantics", "CCurl", httpTypes, logging, metrics]),
        library("BackoffQueue", ["BackoffClient", "Backoff", "HTTPSemantics", "CSQLite", httpTypes]),
        library(
            "Commands",
            [
                "HTTPSemantics", "RateLimiting", "Fixtures", "Journal", "Upstream", "Grading", "Backoff",
                "Simulation", "MockServer", "BackoffClient", "BackoffQueue", "CResources", argumentParser,
                subprocess, logging, httpTypes,
            ],
            exclude: ["Documentation.docc"]),
        .executableTarget(name: "retrograde", dependencies: ["Commands"], swiftSettings: swiftSettings),
        // It measures the retrograde beside it, so building the one builds the other.
        .executableTarget(
            name: "retrograde-bench",
            dependencies: [
                "retrograde", "BackoffClient", "MockServer", "Fixtures", "Grading", "Journal", "HTTPSemantics",
                "CMicroHTTPD",
                argumentParser, histogram, httpTypes,
            ],
            exclude: ["Fixtures", "Programs", "Kept.txt"], swiftSettings: swiftSettings),

        // C: system libraries behind module maps, and the data files the binary carries.
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CResources", exclude: ["page"]),

        .target(
            name: "TestSupport",
            dependencies: [
                "HTTPSemantics", "Fixtures", "Journal", "MockServer", "Upstream", "Commands", "CResources",
            ],
            path: "Tests/TestSupport", swiftSettings: swiftSettings),
        // The judge on trial: a client with one thing wrong at a time.
        .target(
            name: "Mutants", dependencies: ["Simulation", "Upstream", "Backoff", "HTTPSemantics"],
            path: "Tests/Mutants", swiftSettings: swiftSettings),
        .executableTarget(
            name: "MutantClient",
            dependencies: [
                "Mutants", "Simulation", "Upstream", "BackoffClient", "Backoff", "HTTPSemantics", httpTypes,
            ], path: "Tests/MutantClient", swiftSettings: swiftSettings),
        tests(
            "MutationTests",
            [
                "Mutants", "MutantClient", "retrograde", "Commands", "Simulation", "Upstream", "Backoff", "Fixtures",
                "Grading", "Journal", "MockServer", "HTTPSemantics", "TestSupport",
            ], exclude: ["CrossTable.txt"]),
        tests("HTTPSemanticsTests", ["HTTPSemantics", structuredFields]),
        tests("RateLimitingTests", ["RateLimiting", "HTTPSemantics"]),
        tests("FixturesTests", ["Fixtures", "HTTPSemantics", "RateLimiting", "TestSupport"]),
        tests("JournalTests", ["Journal", "HTTPSemantics"]),
        tests(
            "UpstreamTests", ["Upstream", "Fixtures", "Journal", "RateLimiting", "HTTPSemantics", "TestSupport"],
            exclude: ["Snapshots"]),
        tests(
            "GradingTests",
            ["Grading", "Journal", "Fixtures", "RateLimiting", "Upstream", "HTTPSemantics", "TestSupport"]),
        tests("BackoffTests", ["Backoff", "HTTPSemantics", "RateLimiting"]),
        tests(
            "SimulationTests",
            ["Simulation", "Upstream", "Backoff", "Fixtures", "RateLimiting", "HTTPSemantics", "TestSupport"]),
        tests(
            "MockServerTests",
            ["MockServer", "Fixtures", "Grading", "Journal", "Upstream", "HTTPSemantics", "TestSupport", logging]),
        tests(
            "MockServerTestingTests",
            ["MockServerTesting", "MockServer", "BackoffClient", "Fixtures", "Journal", "TestSupport", httpTypes]),
        tests(
            "BackoffClientTests",
            [
                "BackoffClient", "Backoff", "HTTPSemantics", "MockServer", "Fixtures", "Journal", "TestSupport",
                httpTypes, logging, metrics,
            ]),
        tests(
            "BackoffQueueTests",
            [
                "BackoffQueue", "BackoffClient", "Backoff", "HTTPSemantics", "MockServer", "Fixtures", "Journal",
                "Commands", "retrograde", "TestSupport", httpTypes, subprocess,
            ]),
        tests(
            "CommandsTests",
            [
                "Commands", "Backoff", "BackoffQueue", "Grading", "Journal", "Fixtures", "HTTPSemantics", "MockServer",
                "TestSupport", argumentParser, httpTypes, logging,
            ], exclude: ["Snapshots"]),
        tests(
            "IntegrationTests",
            [
                "Commands", "MockServer", "BackoffClient", "Backoff", "Simulation", "Grading", "Journal", "Fixtures",
                "HTTPSemantics", "TestSupport", "Upstream", httpTypes, logging, subprocess,
            ],
            exclude: ["SDKs", "Python"]),
        tests("BenchTests", ["retrograde-bench"]),
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
