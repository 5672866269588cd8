internal import ArgumentParser

@main
struct RetrogradeBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrograde-bench",
        abstract: "Measures Retrograde beside the least that is possible and beside what else one could take.",
        discussion: """
            Servers under comparison take turns, so that what slows the machine slows both of a pair. The journal is
            on. Run it on a quiet machine.
            """,
        subcommands: [Table.self, GuardCommand.self, Load.self, Client.self, ServeRoutes.self],
        defaultSubcommand: Table.self)
}
