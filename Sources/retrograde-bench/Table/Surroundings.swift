/// What figures belong to: the machine, how busy it was, and the versions of all programs.
struct Surroundings {
    let machine = Machine()
    /// Before the first measurement.
    let load = Machine.load
    let versions: [Versions.Version]

    init(_ session: Session) { versions = Versions.all(session) }

    /// A few lines before the table.
    var text: String {
        """
        machine   \(machine.text); load before it began \(load.text(2))\(load > 0.5 ? ", so others are at work" : "")
        versions  \(versions.map { "\($0.name) \($0.number)" }.joined(separator: ", "))
        figures   the median of rounds, after one to warm up; a ratio is the median of the ratios of neighbours
        range     of the rounds, from the lowest to the highest

        """
    }
}
