internal import Fixtures
internal import HTTPSemantics

extension ControlRoute {
    /// Makes a lane from a fixture: its text (YAML or JSON) as a string, or as an object.
    static let createLane = ControlRoute(method: "POST", path: "/v1/lanes") {
        (request, desk) async throws(ControlError) in
        let order = try LaneOrder(request.body)
        var loader = desk.configuration.loader
        loader.readFile = { _ in .failure(.init(reason: "cannot be used: a fixture sent over the wire has no files")) }
        let outcome = loader.load(order.fixture, file: "fixture", parameters: order.parameters)
        guard var fixture = outcome.fixture else { throw .invalidFixture(outcome.diagnostics) }
        if let seed = order.seed { fixture.seed = seed }
        do throws(ServerError) {
            let lane = try await desk.server.addLane(fixture, name: order.name)
            guard case .object(let members) = JSONText(lane), !outcome.diagnostics.isEmpty else {
                return ControlReply(status: 201, json: JSONText(lane))
            }
            let warnings = JSONText.Member(
                name: "warnings", value: .array(outcome.diagnostics.map(JSONText.init)))
            return ControlReply(status: 201, json: .object(members + [warnings]))
        } catch {
            throw ControlError(error)
        }
    }
}

/// The body of a request for a lane.
private struct LaneOrder {
    var fixture: [UInt8] = []
    var name: String?
    var parameters: [String: String] = [:]
    var seed: UInt64?

    init(_ body: [UInt8]) throws(ControlError) {
        var order = Self()
        var problem: ControlError?
        var scanner = JSONScanner(body)
        do throws(JSONSyntaxError) {
            guard try scanner.kind() == .object else {
                throw JSONSyntaxError(offset: scanner.position, message: "the body must be an object")
            }
            try scanner.object { (scanner, name) throws(JSONSyntaxError) in
                let found = try order.read(String(decoding: name, as: UTF8.self), &scanner)
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
        _ member: String, _ scanner: inout JSONScanner
    ) throws(JSONSyntaxError) -> ControlError? {
        let kind = try scanner.kind()
        switch (member, kind) {
        case ("fixture", .string): fixture = try scanner.string()
        case ("fixture", .object): fixture = Array(try scanner.skip())
        case ("name", .string):
            let text = String(decoding: try scanner.string(), as: UTF8.self)
            guard Self.isName(text) else {
                return .invalidMember("name must be 1 to 64 letters, digits, dots, dashes and underscores")
            }
            name = text
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
            return ["fixture", "name", "seed", "parameters"].contains(member)
                ? .invalidMember("\(member) is of the wrong type")
                : .invalidMember("\(member) is not known; there are fixture, name, parameters and seed")
        }
        return nil
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
}
