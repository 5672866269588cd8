import HTTPSemantics
import Testing

@Suite struct MethodAndStatusTests {
    @Test(arguments: [
        ("GET", true, true), ("HEAD", true, true), ("OPTIONS", true, true), ("TRACE", true, true),
        ("PUT", false, true), ("DELETE", false, true), ("POST", false, false), ("PATCH", false, false),
        ("CONNECT", false, false), ("PURGE", false, false), ("get", false, false), ("", false, false),
    ])
    func `methods promise what RFC 9110 says`(method: String, isSafe: Bool, isIdempotent: Bool) {
        #expect(HTTPMethod.isSafe(method) == isSafe)
        #expect(HTTPMethod.isIdempotent(method) == isIdempotent)
    }

    @Test func `status codes print with their phrase`() {
        #expect(ReasonPhrase.line(429) == "429 Too Many Requests")
        #expect(ReasonPhrase.line(599) == "599")
        #expect(ReasonPhrase.of(299) == nil)
    }

    /// The first numbers of the published C program for seed 1234567.
    @Test func `the generator is SplitMix64`() {
        var generator = SeededGenerator(seed: 1_234_567)
        let numbers = (0..<5).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func `a split generator goes its own way`() {
        var generator = SeededGenerator(seed: 7)
        var other = generator.split()
        #expect(generator.next() != other.next())
    }
}
