/// All rules, in the order in which reports show them.
public enum RuleCatalogue {
    public static let all: [Rule] = [
        .st01, .st02, .st03, .st04,
        .at01, .at02, .at03,
        .ra01, .ra02, .ra03, .ra04, .ra05,
        .rd01, .rd02, .rd03, .rd04,
        .mv01, .mv02, .mv03,
        .bo01, .bo02, .bo03,
        .jt01, .jt02,
        .hd01, .hd02, .hd03,
        .id01, .id02, .id03, .id04,
        .br01, .br02,
        .cf01, .cf02, .cf03,
        .rl01, .rl02, .rl03, .rl04,
        .qe01, .qe02,
        .am01, .am02,
        .rc01, .cb01,
        .sp01, .sp02,
        .hh01,
        .cl01,
    ]

    /// The rule with this id, spelt in either case.
    public static func rule(_ id: String) -> Rule? {
        let wanted = id.uppercased()
        return all.first { $0.id == wanted }
    }

    /// The settings each rule takes, by its id: what a fixture's `expect` may name.
    public static var settings: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: all.map { ($0.id, Set($0.settings.keys)) })
    }
}
