/// Reads `states: [healthy, down]`.
struct StatesDecoder {
    /// The names, the initial state first.
    func states(_ value: Value) -> [String] {
        guard let list = value.list("names of states") else { return [] }
        if list.count == 1 { value.warning("a single state never changes anything") }
        var names: [String] = []
        for value in list {
            guard let name = value.text("a state's name") else { continue }
            guard Names.isIdentifier(name) else {
                value.error(
                    "a state's name is letters, digits, \".\", \"_\" and \"-\", at most 64, beginning with a letter "
                        + "or a digit")
                continue
            }
            if names.contains(name) {
                value.error("the state \(name.quoted) is named twice")
            } else {
                names.append(name)
            }
        }
        return names
    }

    /// Warns of states that are never entered, and of those that no reply asks for.
    func reportUnused(_ value: Value, _ names: [String], by routes: [Route]) {
        let replies = routes.flatMap(\.replies)
        for place in value.list("names of states") ?? [] {
            guard let name = place.scalar?.text, let position = names.firstIndex(of: name) else { continue }
            if position > 0, !replies.contains(where: { $0.nextState == position }) {
                place.warning("no reply goes to the state \(name.quoted)")
            }
        }
        if names.count > 1, !replies.contains(where: { $0.condition?.state != nil }) {
            value.warning("no reply asks for a state, so they change nothing")
        }
    }
}
