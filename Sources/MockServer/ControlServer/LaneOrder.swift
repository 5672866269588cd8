internal import Fixtures
internal import HTTPSemantics

/// What a request says about a lane that is to be made, or is to have another fixture.
struct LaneOrder {
    enum Purpose {
        case making
        case replacing

        var members: [String] {
            switch self {
            case .making: ["fixture", "name", "parameters", "seed", "ttl", "clock", "tls"]
            case .replacing: ["fixture", "parameters", "seed"]
            }
        }
    }

    var fixture: [UInt8] = []
    var name: String?
    var parameters: [String: String] = [:]
    var seed: UInt64?
    /// `ttl`: how long the lane lives without being used.
    var idleLimit: Duration?
    /// `nil`: as the server's other lanes.
    var clock: LaneClock?
    var tls = false

    var source: FixtureSource { FixtureSource(text: fixture, parameters: parameters) }

    init(_ body: [UInt8], for purpose: Purpose) throws(ControlError) {
        var order = Self()
        var problem: ControlError?
        var scanner = JSONScanner(body)
        do throws(JSONSyntaxError) {
            guard try scanner.kind() == .object else {
                throw JSONSyntaxError(offset: scanner.position, message: "the body must be an object")
            }
            try scanner.object { (scanner, name) throws(JSONSyntaxError) in
                let found = try order.read(String(decoding: name, as: UTF8.self), &scanner, for: purpose)
                problem = problem ?? found
            }
            try scanner.end()
        } catch {
            throw .malformedJSON(error.message, at: error.offset)
        }
        if let problem { throw problem }
        guard !order.fixture.isEmpty else {
            throw .invalidMember("fixture is missing: the text of one as a string, or one as an object")
        }
        self = order
    }

    private init() {}

    /// Reads one member. What is wrong with its value is returned; what is no JSON is thrown.
    private mutating func read(
        _ member: String, _ scanner: inout JSONScanner, for purpose: Purpose
    ) throws(JSONSyntaxError) -> ControlError? {
        let kind = try scanner.kind()
        guard purpose.members.contains(member) else {
            _ = try scanner.skip()
            return .invalidMember("\(member) is not known; there are \(purpose.members.joined(separator: ", "))")
        }
        switch (member, kind) {
        case ("fixture", .string): fixture = try scanner.string()
        case ("fixture", .object): fixture = Array(try scanner.skip())
        case ("name", .string):
            let text = String(decoding: try scanner.string(), as: UTF8.self)
            guard Self.isName(text) else {
                return .invalidMember("name must be 1 to 64 letters, digits, dots, dashes and underscores")
            }
            name = text
        case ("ttl", .string):
            let text = String(decoding: try scanner.string(), as: UTF8.self)
            guard let duration = DurationText.parse(text), (.milliseconds(1) ... .seconds(86_400)).contains(duration)
            else { return .invalidMember("ttl must be a duration from 1ms to 24h, such as \"60s\"") }
            idleLimit = duration
        case ("clock", .string):
            clock = LaneClock(rawValue: String(decoding: try scanner.string(), as: UTF8.self))
            if clock == nil { return .invalidMember("clock must be \"real\" or \"manual\"") }
        case ("tls", .bool): tls = try scanner.bool()
        case ("seed", .number):
            guard let value = UInt64(String(decoding: try scanner.number(), as: UTF8.self)) else {
                return .invalidMember("seed must be an integer from 0 to 18446744073709551615")
            }
            seed = value
        case ("parameters", .object):
            var problem: ControlError?
            var values: [String: String] = [:]
            try scanner.object { (scanner, name) throws(JSONSyntaxError) in
                let name = String(decoding: name, as: UTF8.self)
                switch try scanner.kind() {
                case .string: values[name] = String(decoding: try scanner.string(), as: UTF8.self)
                case .number: values[name] = String(decoding: try scanner.number(), as: UTF8.self)
                case .bool: values[name] = try scanner.bool() ? "true" : "false"
                case .object, .array, .null:
                    _ = try scanner.skip()
                    problem = .invalidMember("parameters.\(name) must be a string, a number, true or false")
                }
            }
            parameters = values
            return problem
        default:
            _ = try scanner.skip()
            return .invalidMember("\(member) is of the wrong type")
        }
        return nil
    }

    /// - Returns: the fixture, and what else there is to say about it.
    /// - Throws: all diagnostics, if one of them is an error.
    func load(_ loader: FixtureLoader) throws(ControlError) -> (fixture: Fixture, warnings: [Diagnostic]) {
        var loader = loader
        loader.readFile = { _ in .failure(.init(reason: "cannot be used: a fixture sent over the wire has no files")) }
        let outcome = loader.load(fixture, file: "fixture", parameters: parameters)
        guard var fixture = outcome.fixture else { throw .invalidFixture(outcome.diagnostics) }
        if let seed { fixture.seed = seed }
        return (fixture, outcome.diagnostics)
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension JSONText {
    init(_ diagnostic: Diagnostic) {
        self = [
            "severity": .string(diagnostic.severity.rawValue), "line": .integer(Int64(diagnostic.line)),
            "column": .integer(Int64(diagnostic.column)), "endColumn": .integer(Int64(diagnostic.endColumn)),
            "message": .string(diagnostic.message), "source": .string(diagnostic.sourceLine),
        ]
    }

    /// The members of an object and the warnings about a fixture, if there are any.
    func adding(_ warnings: [Diagnostic]) -> JSONText {
        guard case .object(let members) = self, !warnings.isEmpty else { return self }
        return .object(members + [Member(name: "warnings", value: .array(warnings.map(JSONText.init)))])
    }
}
