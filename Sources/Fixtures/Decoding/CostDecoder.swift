/// Reads `cost:` and `else:` of a limit.
struct CostDecoder {
    func cost(of mapping: Mapping<LimitKeyName>) -> LimitDefinition.Cost {
        let bounds = 0...LimitDecoder.quotaLimit
        let otherwise = mapping[.otherwise]?.integer("a cost", in: bounds)
        guard let value = mapping[.cost], let text = value.text("a cost") else {
            if mapping.has(.otherwise), !mapping.has(.cost) {
                mapping.error(
                    "\"else\" is for a cost that is read from the request: cost: json /max_tokens", at: .otherwise)
            }
            return .constant(1)
        }
        if value.scalar?.isNumber == true || (value.node.parameter != nil && Int64(text) != nil) {
            if mapping.has(.otherwise) { mapping.error("\"else\" has no use beside a constant cost", at: .otherwise) }
            return .constant(value.integer("a cost", in: bounds) ?? 1)
        }
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words.first, words.count) {
        case ("body-bytes", 1):
            if mapping.has(.otherwise) {
                mapping.error("every body has a length, so \"else\" has no use", at: .otherwise)
            }
            return .bodyBytes
        case ("json", 2):
            guard let pointer = Names.jsonPointer(words[1]), !pointer.isEmpty else {
                value.error("\(words[1].quoted) is not a JSON Pointer such as /max_tokens (RFC 6901)")
                return .constant(1)
            }
            return .json(pointer: pointer, otherwise: otherwise ?? 1)
        case ("header", 2):
            guard Names.isToken(words[1]) else {
                value.error("\(words[1].quoted) is not a header's name")
                return .constant(1)
            }
            return .header(words[1], otherwise: otherwise ?? 1)
        default:
            value.expected("a number, \"json /POINTER\", \"header NAME\" or \"body-bytes\"")
            return .constant(1)
        }
    }
}
