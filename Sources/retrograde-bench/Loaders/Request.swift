/// The requests that the loaders send: what an HTTP client sends, and no more.
enum Request {
    static func get(_ path: String, fields: [String] = []) -> [UInt8] {
        let own = ["Host: 127.0.0.1", "User-Agent: retrograde-bench", "Accept: */*"]
        return Array(("GET \(path) HTTP/1.1\r\n" + (own + fields).map { $0 + "\r\n" }.joined() + "\r\n").utf8)
    }
}
