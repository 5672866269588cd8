/// Which rules are judged, and how thoroughly.
public struct Suite: Hashable, Sendable {
    public var name: String
    /// In the order of the report.
    public var rules: [String]
    public var thoroughness: Evidence.Thoroughness

    public init(name: String, rules: [String], thoroughness: Evidence.Thoroughness) {
        self.name = name
        self.rules = rules
        self.thoroughness = thoroughness
    }

    /// Under 15 s for a client that retries four times.
    public static let quick = Suite(
        name: "quick", rules: ["ST-01", "ST-02", "RA-01", "RD-01", "BO-01", "JT-01", "HD-01"], thoroughness: .quick)

    /// Under a minute for a client that retries four times.
    public static let standard = Suite(
        name: "standard",
        rules: [
            "ST-01", "ST-02", "AT-01", "RA-01", "RA-02", "RD-01", "RD-02", "MV-01", "MV-03", "BO-01", "BO-02", "JT-01",
            "HD-01", "ID-01", "ID-02", "BR-01",
        ], thoroughness: .standard)

    /// Every rule there is, with long observation.
    public static let full = Suite(name: "full", rules: RuleCatalogue.all.map(\.id), thoroughness: .full)

    public static let all: [Suite] = [quick, standard, full]

    public static func named(_ name: String) -> Suite? { all.first { $0.name == name } }

    /// The suite with only these rules, for `--only`.
    public func only(_ ids: Set<String>) -> Suite {
        Suite(name: name, rules: RuleCatalogue.all.map(\.id).filter(ids.contains), thoroughness: thoroughness)
    }
}
