import Fixtures
import FoundationEssentials
import MockServer
import TestSupport
import Testing

/// The providers' own SDKs judge our dialects: each reads our success as a success, and our refusal as the rate limit
/// that it knows.
@Suite(.timeLimit(.minutes(10))) struct SDKRefereeTests {
    struct Referee: CustomTestStringConvertible, Sendable {
        var fixture: String
        var script: String
        /// What the SDK calls it.
        var error: String

        init(_ fixture: String, _ script: String, _ error: String) {
            self.fixture = fixture
            self.script = script
            self.error = error
        }

        var testDescription: String { "\(fixture) by \(script)" }
    }

    @Test(arguments: [
        Referee("openai", "openai_sdk", "openai.RateLimitError"),
        Referee("azure-openai", "azure_openai_sdk", "openai.RateLimitError"),
        Referee("anthropic", "anthropic_sdk", "anthropic.RateLimitError"),
        Referee("aws-json-1.0", "boto3_sdk", "botocore.errorfactory.ProvisionedThroughputExceededException"),
        Referee("aws-json-1.1", "boto3_sdk", "botocore.errorfactory.ThrottlingException"),
        Referee("aws-query", "boto3_sdk", "botocore.exceptions.ClientError"),
        Referee("aws-s3", "boto3_sdk", "botocore.exceptions.ClientError"),
        Referee("stripe", "stripe_sdk", "stripe._error.RateLimitError"),
        Referee("slack", "slack_sdk_client", "slack_sdk.errors.SlackApiError"),
        Referee("github-primary", "pygithub_sdk", "github.GithubException.RateLimitExceededException"),
        Referee("github-secondary", "pygithub_sdk", "github.GithubException.RateLimitExceededException"),
        Referee("azure-resource-manager", "azure_core_sdk", "azure.core.exceptions.HttpResponseError"),
        Referee("hugging-face", "huggingface_hub_sdk", "huggingface_hub.errors.HfHubHTTPError"),
        Referee("notion", "notion_sdk", "notion_client.errors.APIResponseError"),
    ]) func `reads success and refusal as its own`(referee: Referee) async throws {
        let python = "\(RepositoryFiles.root)/.build-sdks/bin/python3"
        try #require(
            FileManager.default.isExecutableFile(atPath: python), "the SDKs are not installed; .ci/sdks installs them")
        let script = "\(RepositoryFiles.root)/Tests/IntegrationTests/SDKs/\(referee.script).py"
        // While the clock stands still no quota comes back, however long Python takes from call to call.
        let server = try MockServer(.init(clock: .manual))
        let lane = try await server.addLane(try Fixture.shipped("fixtures/dialects/\(referee.fixture).yaml"))
        let outcome = try await Program.env.run([python, "-B", script, lane.url, referee.fixture])
        await server.shutdown(grace: .zero)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("\(referee.error): "), "\(outcome.output)")
    }
}
