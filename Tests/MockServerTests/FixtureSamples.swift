import Fixtures

extension Reply {
    /// Exactly this response.
    static func literal(_ status: Int, _ fields: [(String, String)] = [], body: String = "") -> Reply {
        let fields = fields.map { FieldTemplate(name: Template($0), value: Template($1)) }
        return Reply(
            content: .literal(
                ResponseTemplate(status: status, fields: fields, body: body.isEmpty ? .none : .text(Template(body)))))
    }

    func with(_ change: (inout Reply) -> Void) -> Reply {
        var copy = self
        change(&copy)
        return copy
    }
}
