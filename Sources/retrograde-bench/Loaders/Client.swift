internal import ArgumentParser
internal import BackoffClient
internal import HTTPTypes

/// `retrograde-bench client`: GETs with `BackoffClient`, 64 in flight.
struct Client: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "GET a URL so many times with BackoffClient, 64 in flight.", shouldDisplay: false)

    @Argument var url: String
    @Argument var count: Int

    func run() async throws {
        guard let authority = url.between("://", "/") else { throw ValidationError("\(url) is no URL with a path") }
        let client = try BackoffClient()
        let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/")
        let workers = 64
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                let share = count / workers + (worker < count % workers ? 1 : 0)
                group.addTask {
                    for _ in 0..<share {
                        guard try await client.perform(request).response.status == .ok else {
                            throw BenchError("an answer was not 200")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        client.shutdown()
    }
}
