import Fixtures
import TestSupport
import Testing

struct ClientFileTests {
    static let placeholders = ["url", "method", "body", "requests", "concurrency", "rate", "deadline"]

    private func load(_ text: String) -> (client: ClientFile?, diagnostics: [Diagnostic]) {
        ClientLoader(.shipped(rules: ["AT-01": ["most"], "JT-01": []]), placeholders: Self.placeholders)
            .load(Array(text.utf8), file: "some/where/mine.yaml")
    }

    @Test func `needs no more than a command`() throws {
        let (client, diagnostics) = load("commands: { get: 'curl -sS {url}' }\n")
        #expect(diagnostics.isEmpty)
        #expect(client == ClientFile(name: "mine", commands: [.get: ["curl", "-sS", "{url}"]]))
    }

    @Test func `reads what stands there`() throws {
        let (client, diagnostics) = load(
            """
            name: everything
            requires: [python3, ./bin/x]
            install: run .ci/clients
            folder: drivers
            environment: { A: 1, B: , C: "x y" }
            commands:
              get: python3 'a b.py' {url}
              post: [python3, p.py, --data, "@{body}", "{url}"]
              many: python3 m.py {requests} {concurrency} {rate} {url}
              workers: python3 w.py {url}
              deadline: python3 d.py {deadline} {url}
            dialect: openai
            success: { status: 201, json: { id: 1 } }
            declares:
              attempt-cap: 5
              idempotent-post: true
              rate-limit-fields: true
              do-not-retry-signals: true
              hedging: true
            settings: { AT-01: { most: 6 } }
            waivers: { JT-01: constant by contract }

            """)
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))")
        let found = try #require(client)
        #expect(found.name == "everything")
        #expect(found.requires == ["python3", "./bin/x"])
        #expect(found.install == "run .ci/clients")
        #expect(found.folder == "drivers")
        #expect(found.environment == ["A": "1", "B": "", "C": "x y"])
        #expect(found.commands[.get] == ["python3", "a b.py", "{url}"])
        #expect(found.commands[.post] == ["python3", "p.py", "--data", "@{body}", "{url}"])
        #expect(found.commands.count == 5)
        #expect(found.dialect?.name == "openai")
        #expect(found.success?.status == 201)
        var declared = ClientFile.Declared()
        (declared.attemptCap, declared.idempotentPOST, declared.rateLimitFields) = (5, true, true)
        (declared.doNotRetrySignals, declared.hedging) = (true, true)
        #expect(found.declared == declared)
        #expect(found.settings == ["AT-01": ["most": "6"]])
        #expect(found.waivers == ["JT-01": "constant by contract"])
    }

    @Test func `a placeholder that was probably misspelt is a warning, other braces are none`() {
        let (client, diagnostics) = load("commands: { get: 'curl -d {\"a\":1} -o {x} {ulr}' }\n")
        #expect(client != nil)
        #expect(diagnostics.map(\.message) == ["{ulr} is no placeholder; did you mean {url}?"])
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: [
        ("commands: { get: x }", true), ("routes: []\ncommands: { get: x }", false), ("name: x", false), ("[", false),
    ]) func `is known by its commands`(text: String, isClient: Bool) {
        #expect(ClientLoader.isClient(Array(text.utf8)) == isClient)
    }

    @Test(arguments: RepositoryFiles.files(in: "fixtures/clients", endingWith: ".yaml"))
    func `every client that ships loads without a remark`(path: String) throws {
        let loader = FixtureLoader.shipped(folder: "fixtures/clients")
        let (client, diagnostics) = ClientLoader(loader, placeholders: Self.placeholders)
            .load(try RepositoryFiles.bytes(of: path), file: path)
        #expect(client != nil && diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(colour: false) }.joined())")
    }
}
