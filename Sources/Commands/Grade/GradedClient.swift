internal import ArgumentParser
internal import Fixtures
internal import Glibc
internal import Grading

/// The client that a grading starts, be it given as a command line or as a client file.
struct GradedClient: Sendable {
    /// How reports call it.
    var name: String
    /// The path of its client file; `nil` where the command line is all there is.
    var file: String?
    var main: ClientCommand?
    var post: ClientCommand?
    /// Command lines for further profiles.
    var others: [Profile: ClientCommand] = [:]
    /// The folder that its commands run in, absolute; `nil`: this process's own.
    var folder: String?
    /// The folder that relative paths of programs count from; `nil`: this process's own.
    var programFolder: String?
    var environment: [String: String] = [:]
    var requires: [String] = []
    var install: String?
    var dialect: Dialect?
    var success: ResponseTemplate?
    var declared = Declarations()
    /// By the ids of rules.
    var settings: [String: [String: String]] = [:]
    /// By the ids of rules.
    var waivers: [String: String] = [:]

    /// A client that is given as command lines.
    init(main: ClientCommand?, post: ClientCommand?) {
        name = ShellWords.join(main?.words ?? post?.words ?? [])
        self.main = main
        self.post = post
    }

    /// A client that a file describes.
    init(_ client: ClientFile, file: String) throws(Failure) {
        func command(_ kind: ClientFile.Kind) -> ClientCommand? { client.commands[kind].map(ClientCommand.init) }
        name = client.name
        self.file = file
        main = command(.get)
        post = command(.post)
        for (kind, profile) in [(ClientFile.Kind.many, Profile.many), (.workers, .workers), (.deadline, .deadline)] {
            others[profile] = command(kind)
        }
        let home = try Self.absolute(FileRoot(of: file).folder)
        programFolder = home
        folder = home
        if let own = client.folder { folder = try Self.absolute(own.hasPrefix("/") ? own : "\(home)/\(own)") }
        environment = client.environment
        requires = client.requires
        install = client.install
        dialect = client.dialect
        success = client.success
        declared = Declarations(
            attemptCap: client.declared.attemptCap, idempotentPOST: client.declared.idempotentPOST,
            rateLimitFields: client.declared.rateLimitFields, doNotRetrySignals: client.declared.doNotRetrySignals,
            hedging: client.declared.hedging)
        settings = client.settings
        waivers = client.waivers
    }

    private static func absolute(_ folder: String) throws(Failure) -> String {
        guard let path = realpath(folder, nil) else { throw Failure(message: "the folder \(folder) does not exist") }
        defer { free(path) }
        return String(cString: path)
    }

    /// Where its programs are, by the first word of a command.
    ///
    /// - Throws: ``Failure`` if one is missing, with the advice on how to install it.
    func programs(_ context: Context) throws -> [String: String] {
        var programs = [context.executable: context.executable]
        for command in [main, post].compactMap({ $0 }) + others.values {
            programs[command.words[0]] = try path(of: command.words[0], context)
        }
        for program in requires { _ = try path(of: program, context) }
        return programs
    }

    private func path(of program: String, _ context: Context) throws -> String {
        do {
            let isRelative = program.contains("/") && !program.hasPrefix("/")
            let path = isRelative ? programFolder.map { "\($0)/\(program)" } ?? program : program
            return try ExecutableLookup.path(of: path, in: context.environment)
        } catch let failure as Failure {
            // Our own client is at hand under its name even where it is not installed.
            if program == Root.configuration.commandName { return context.executable }
            guard file != nil else { throw failure }
            let advice = install.map { "; to install it: \($0)" } ?? ""
            throw Failure(message: "\(name) is not installed: \(failure.message)\(advice)")
        }
    }

    /// What a repeated grading of it gives to `retrograde grade` behind all options.
    var arguments: [String] { file.map { [$0] } ?? main.map { ["--"] + $0.words } ?? [] }
}
