import Testing

@testable import retrograde_bench

@Suite struct CallgrindProfileTests {
    /// As callgrind writes it: a name once, its number afterwards.
    static let text = """
        version: 1
        positions: line
        events: Ir

        ob=(1) /usr/lib/libmicrohttpd.so.12
        fn=(10) 0x000123
        10 200
        cob=(2) /usr/lib/libc.so.6
        cfn=(20) __memset_avx2_unaligned_erms
        calls=2 0
        10 1000
        cfn=(21) malloc
        calls=1 0
        11 50

        ob=(3) /usr/bin/retrograde
        fn=(11) handle
        5 300
        cob=(2)
        cfn=(20)
        calls=1 0
        5 40

        totals: 1590
        """

    @Test func `leaves out what libmicrohttpd clears, and nobody else's clearing`() throws {
        let profile = try CallgrindProfile(Self.text)
        #expect(profile.total == 1590)
        #expect(profile.clearing == 1000)
        #expect(profile.own == 590)
    }

    @Test func `a file that was cut is no profile`() {
        #expect(throws: BenchError.self) { try CallgrindProfile("events: Ir\nfn=(1) a\n1 2\n") }
    }
}
