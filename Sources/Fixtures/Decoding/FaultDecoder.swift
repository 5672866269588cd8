extension Fault {
    private enum PointName: String, CaseIterable {
        case request

        /// Points of the grammar that need the wire script of a later version.
        static let plannedWords: Set = ["request-headers", "headers"]
    }

    private static let plannedActions: Set = ["stall", "garbage", "trickle"]

    /// Reads `{ after: request, then: reset }`.
    init?(_ value: Value) {
        guard let mapping = value.mapping(of: FaultKey.self) else { return nil }
        let point = mapping.required(.after, "after: request").flatMap(Self.point)
        let action = mapping.required(.then, "then: reset")?
            .choice("fault", of: Action.self, planned: Self.plannedActions)
        guard let point, let action else { return nil }
        self.init(point: point, action: action)
    }

    private static func point(_ value: Value) -> Point? {
        guard let text = value.text("a point: request") else { return nil }
        let words = text.split(separator: " ")
        if text == PointName.request.rawValue { return .request }
        let first = words.first.map(String.init) ?? ""
        let isCount = words.count <= 2 && (Int(first) != nil || first.hasSuffix("%"))
        if PointName.plannedWords.contains(first) || first == "request" || isCount {
            value.error("a fault after \(text.quoted) is not supported yet; supported: request")
        } else {
            value.error("unknown point \(value.node.description)\(Suggestion.phrase(for: text, among: ["request"]))")
        }
        return nil
    }
}
