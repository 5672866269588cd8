import Commands
import Glibc

exit(await Retrograde.run(Array(CommandLine.arguments.dropFirst()), in: .process))
