import BackoffClient
import HTTPTypes

/// README's example as code that is compiled and run. `ReadmeTests` holds the two together, line by line.
func readmeExample() async throws -> BackoffResponse {
    let client = try BackoffClient()
    let request = HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:8080", path: "/v1/models")
    let response = try await client.perform(request)
    print(response.response.status, "after", response.history.count, "attempts")
    return response
}
