import Fixtures
import Testing

@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("", []),
        ("  curl   -d @{body}\t{url} ", ["curl", "-d", "@{body}", "{url}"]),
        ("a 'b c' d", ["a", "b c", "d"]),
        ("a\"b c\"'d'", ["ab cd"]),
        ("'' \"\"", ["", ""]),
        (#"\'a\ b"#, ["'a b"]),
        (#""a\"b\\c\d""#, [#"a"b\c\d"#]),
        (#"'\'"#, [#"\"#]),
        ("'a|b; $c'", ["a|b; $c"]),
        ("größe 'ß ü'", ["größe", "ß ü"]),
        ("a\\\nb", ["ab"]),
    ])
    func `splits as a shell would`(text: String, words: [String]) throws {
        #expect(try ShellWords.split(text) == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\", "a | b", "a && b", "a > f", "$HOME/x", "\"$HOME\"", "`a`", "(a)", "\"a\\"])
    func `refuses what only a shell could do`(text: String) {
        #expect(throws: ShellWords.Problem.self) { try ShellWords.split(text) }
    }

    @Test(arguments: [
        ["curl", "-sSf", "--retry", "4", "{url}"],
        ["sh", "-c", "echo \"it's\" $HOME; exit 1"],
        ["", "{", "a{b,c}", "ü", "-d{\"a\": [1, 2]}", "a\\b", "*", "~", "a\nb", "#x", "!", "=", "k=v"],
    ])
    func `joins so that splitting gives the same words`(words: [String]) throws {
        #expect(try ShellWords.split(ShellWords.join(words)) == words)
    }

    @Test func `leaves plain words and placeholders bare`() {
        #expect(ShellWords.join(["curl", "-X", "{method}", "{url}/v1?a"]) == "curl -X {method} '{url}/v1?a'")
    }
}
