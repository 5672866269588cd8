/// The Content-Type that a file's name suggests.
enum MediaType {
    static let unknown = "application/octet-stream"

    static func of(path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return unknown }
        switch name[name.index(after: dot)...].lowercased() {
        case "json": return "application/json"
        case "txt", "text": return "text/plain; charset=utf-8"
        case "html", "htm": return "text/html; charset=utf-8"
        case "xml": return "application/xml"
        case "css": return "text/css; charset=utf-8"
        case "csv": return "text/csv; charset=utf-8"
        case "js": return "text/javascript; charset=utf-8"
        case "ndjson": return "application/x-ndjson"
        case "svg": return "image/svg+xml"
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        default: return unknown
        }
    }
}
