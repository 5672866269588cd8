import Testing

@testable import Commands

@Suite struct ClientCommandTests {
    @Test(arguments: [
        ("{url}", "http://h:1"),
        ("--url={url}/v1", "--url=http://h:1/v1"),
        ("{method} {url}", "POST http://h:1"),
        ("{\"a\": 1}", "{\"a\": 1}"),
        ("{unknown}{url}", "{unknown}http://h:1"),
        ("{{url}}", "{http://h:1}"),
        ("{url", "{url"),
        ("}{", "}{"),
        ("{body}", "{url}"),
    ])
    func `replaces its own placeholders and nothing else`(word: String, expected: String) {
        let command = ClientCommand(words: [word])
        #expect(command.filled(with: [.url: "http://h:1", .method: "POST", .body: "{url}"]) == [expected])
    }

    @Test func `knows which placeholders a command has`() {
        let command = ClientCommand(words: ["curl", "-X", "{method}", "-d", "@{body}", "{url}/x"])
        #expect(command.placeholders == [.method, .body, .url])
    }

    @Test func `gives the same values in the environment`() {
        let environment = ClientCommand.environment(["A": "1"], with: [.url: "u", .deadline: "5"])
        #expect(environment == ["A": "1", "RETROGRADE_URL": "u", "RETROGRADE_DEADLINE": "5"])
    }

    @Test(arguments: [
        (["http_proxy": "http://proxy:3128"], "127.0.0.1,localhost"),
        (["HTTPS_PROXY": "http://proxy:3128", "no_proxy": "example.org"], "example.org,127.0.0.1,localhost"),
    ])
    func `exempts this machine from a proxy`(environment: [String: String], exempt: String) {
        #expect(ClientCommand.environment(environment, with: [:])["no_proxy"] == exempt)
    }
}
