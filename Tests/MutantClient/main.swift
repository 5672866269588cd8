import Glibc

await exit(run(Array(CommandLine.arguments.dropFirst())))
