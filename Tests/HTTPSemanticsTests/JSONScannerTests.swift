import HTTPSemantics
import Testing

/// Strict JSON: what RFC 8259 allows is read, and nothing else.
struct JSONScannerTests {
    private func error(in text: String) -> JSONSyntaxError? {
        var scanner = JSONScanner(Array(text.utf8))
        do throws(JSONSyntaxError) {
            try scanner.skip()
            try scanner.end()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-12.50e+3", "1E9", "0.1", #""""#, #""\"\\\/\b\f\n\r\té😀""#, "[]", "{}",
        " [ 1 , [ ] , { \"a\" : { } } ]\r\n\t", #"{"a":1,"a":2}"#, #""\ud83d\ude00\ud800""#,
    ])
    func `reads what is JSON`(_ text: String) { #expect(error(in: text) == nil) }

    @Test(arguments: [
        ("", 0), ("nul", 3), ("nulls", 4), ("True", 0), ("01", 1), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0),
        ("'a'", 0), (#""a"#, 2), ("\"\t\"", 1), (#""\x""#, 2), (#""\u12g4""#, 5), ("[1,]", 3), ("[1 2]", 3), ("[", 1),
        ("{1:2}", 1), (#"{"a"}"#, 4), (#"{"a":1,}"#, 7), (#"{"a":}"#, 5), ("[1}", 2), ("1 2", 2), ("NaN", 0),
        ("// a\n1", 0),
    ])
    func `points at what is not`(_ text: String, _ offset: Int) { #expect(error(in: text)?.offset == offset) }

    @Test func `depth is limited`() {
        #expect(error(in: String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) == nil)
        #expect(error(in: String(repeating: "[", count: 65) + String(repeating: "]", count: 65))?.offset == 65)
        #expect(error(in: String(repeating: #"{"a":"#, count: 100_000))?.message.contains("64 deep") == true)
    }

    @Test func `strings are unescaped`() throws {
        var scanner = JSONScanner(Array(#""a\u00e9\ud83d\ude00\ud800x\udce9\n""#.utf8))
        #expect(String(decoding: try scanner.string(), as: UTF8.self) == "aé😀\u{FFFD}x\u{FFFD}\n")
    }

    @Test func `a lone surrogate can stand for a byte`() throws {
        var scanner = JSONScanner(Array(#""\udce9\udc80\udc7f\ud83d\ude00""#.utf8), readsEscapedBytes: true)
        #expect(try scanner.string() == [0xE9, 0x80] + Array("\u{FFFD}😀".utf8))
    }

    @Test(
        arguments: [
            ([], "[1]"), (["a"], "{}"), (["b", "0"], "x"), (["b", "1", "c~/"], "null"), (["a", "b"], nil),
            (["b", "2"], nil),
            (["b", "-"], nil), (["b", "01"], nil), (["c"], nil), ([""], "2"),
        ] as [([String], String?)])
    func `finds the value at a pointer`(_ pointer: [String], _ text: String?) {
        let whole = pointer.isEmpty ? "[1]" : #"{"a": 1, "b": ["x", {"c~/": null}], "a": {}, "": 2}"#
        let found = JSONScanner.value(at: pointer, in: Array(whole.utf8))
        #expect(found.map { String(decoding: $0.text, as: UTF8.self) } == text)
    }

    @Test func `a text that is broken anywhere has no values`() {
        #expect(JSONScanner.value(at: ["a"], in: Array(#"{"a":1"#.utf8)) == nil)
        #expect(JSONScanner.value(at: ["a"], in: Array(#"{"a":1,"b":tru}"#.utf8)) == nil)
    }
}
