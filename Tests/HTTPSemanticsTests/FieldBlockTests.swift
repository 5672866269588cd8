import HTTPSemantics
import Testing

@Suite struct FieldBlockTests {
    let fields = FieldBlock([("Retry-After", "3"), ("X-Empty", ""), ("retry-after", "8"), ("Date", "now")])

    @Test func `finds fields without regard to case, in order`() {
        #expect(fields["RETRY-AFTER"] == "3")
        #expect(fields.values(of: "Retry-After") == ["3", "8"])
        #expect(fields["X-Empty"] == "")
        #expect(fields["Retry"] == nil)
        #expect(fields.count == 4)
    }

    @Test func `keeps spelling and odd bytes`() {
        var block = FieldBlock()
        #expect(block.isEmpty)
        block.append(name: Array("X-Odd".utf8), value: [0xFF, 0x41])
        #expect(block["x-odd"] == "\u{FFFD}A")
        #expect(Array(block.firstValue(of: "X-ODD") ?? []) == [0xFF, 0x41])
        #expect(Array(block.field(at: 0).name) == Array("X-Odd".utf8))
        #expect(block.strings.first?.name == "X-Odd")
    }

    @Test func `does not confuse bytes that differ in the case bit only`() {
        // @ and `, [ and { differ by 0x20 as letters do.
        #expect(FieldBlock([("X@", "1")])["X`"] == nil)
    }
}
