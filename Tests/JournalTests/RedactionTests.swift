import HTTPSemantics
import Journal
import Testing

struct RedactionTests {
    /// Shows its argument, so that the tests see what was digested.
    private let redaction = Redaction { "<\(String(decoding: $0, as: UTF8.self))>" }

    @Test func `secret fields are replaced, in any spelling and every time`() {
        let fields = FieldBlock([
            ("Host", "h"), ("AUTHORIZATION", "Bearer k"), ("Cookie", "a"), ("cookie", "b"), ("X-Api-Key", ""),
            ("Authorization-Info", "x"),
        ])
        #expect(
            redaction.fields(fields)
                == FieldBlock([
                    ("Host", "h"), ("AUTHORIZATION", "redacted:<Bearer k>"), ("Cookie", "redacted:<a>"),
                    ("cookie", "redacted:<b>"), ("X-Api-Key", "redacted:<>"), ("Authorization-Info", "x"),
                ]))
        let harmless = FieldBlock([("Host", "h")])
        #expect(redaction.fields(harmless) == harmless)
    }

    @Test(arguments: [
        ("/a/b", "/a/b"),
        ("/?", "/?"),
        ("/?key=s3", "/?key=redacted:<s3>"),
        ("/key=1?a=b&&Access_Token=x=y&key&z=1", "/key=1?a=b&&Access_Token=redacted:<x=y>&key&z=1"),
        ("/?monkey=1", "/?monkey=1"),
    ])
    func `secret parameters are replaced and nothing else`(_ target: String, _ redacted: String) {
        #expect(String(decoding: redaction.target(Array(target.utf8)), as: UTF8.self) == redacted)
    }
}
