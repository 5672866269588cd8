internal import Grading

/// The command lines of a client: which there is for which profile, and what its placeholders stand for.
struct ClientCommands: Sendable {
    /// What follows `--`, or a client file's `get`.
    var main: ClientCommand?
    /// What `--post` gives, or a client file's `post`.
    var post: ClientCommand?
    /// What a client file names for a profile besides those.
    var others: [Profile: ClientCommand] = [:]
    /// The built-in client, for reference runs.
    var reference: @Sendable (_ delay: Duration) -> ClientCommand
    /// A file with the body of a POST.
    var body: String
    /// A file with another body of the same length.
    var otherBody: String
    /// A file with a body of 16 MiB.
    var largeBody: String

    /// The profiles for which there is a command.
    var profiles: Set<Profile> { Set(Profile.allCases.filter { command(for: $0) != nil }) }

    /// Whether the command of many calls spaces them as it is told.
    var canPace: Bool { command(for: .many)?.placeholders.contains(.rate) ?? false }

    /// The command that sends many POSTs; `nil` where there is none.
    var manyPosts: ClientCommand? {
        if let post, post.placeholders.contains(.requests) { return post }
        return command(for: .many).flatMap { $0.placeholders.isSuperset(of: [.method, .body]) ? $0 : nil }
    }

    /// The command of the client under test for a profile; `nil` where it has none.
    func command(for profile: Profile) -> ClientCommand? {
        if let other = others[profile] { return other }
        return switch profile {
        case .get, .workers: main
        case .post: post ?? main.flatMap { $0.placeholders.isSuperset(of: [.method, .body]) ? $0 : nil }
        case .many: main.flatMap { $0.placeholders.contains(.requests) ? $0 : nil }
        case .deadline: main.flatMap { $0.placeholders.contains(.deadline) ? $0 : nil }
        }
    }

    /// The command of a run; `nil` where the client has none for its profile.
    func command(for kind: RunRequest.Kind) -> ClientCommand? {
        switch kind.client {
        case .underTest: kind.sendsManyPosts ? manyPosts : command(for: kind.profile)
        case .constantDelay(let delay): reference(delay)
        }
    }

    /// What the placeholders of a run stand for. Where a rule does not say otherwise, one request is made, and its
    /// deadline is an hour, which is longer than any run.
    func values(for kind: RunRequest.Kind, url: String) -> [ClientCommand.Placeholder: String] {
        var values: [ClientCommand.Placeholder: String] = [
            .url: url, .method: "GET", .body: "/dev/null", .requests: "1", .concurrency: "1", .rate: "1",
            .deadline: "3600",
        ]
        if kind.profile == .post || kind.sendsManyPosts {
            values[.method] = "POST"
            values[.body] =
                switch kind.parameters["body"] {
                case "other": otherBody
                case "large": largeBody
                default: body
                }
        }
        for placeholder in [ClientCommand.Placeholder.requests, .concurrency, .rate, .deadline] {
            if let value = kind.parameters[placeholder.rawValue] { values[placeholder] = value }
        }
        return values
    }
}

extension RunRequest.Kind {
    fileprivate var sendsManyPosts: Bool { profile == .many && parameters["method"] == "POST" }
}
