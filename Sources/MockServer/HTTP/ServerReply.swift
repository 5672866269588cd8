internal import HTTPSemantics
internal import Upstream

/// Replies that the server gives by itself.
enum ServerReply {
    static func text(status: Int, _ text: String, date: WallTime) -> RenderedReply {
        RenderedReply(
            status: status,
            fields: FieldBlock([
                ("Date", HTTPDate.format(date)), ("Content-Type", "text/plain; charset=utf-8"),
            ]), body: Array(text.utf8))
    }
}
