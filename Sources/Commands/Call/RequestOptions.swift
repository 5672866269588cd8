internal import ArgumentParser
internal import BackoffClient
internal import HTTPTypes

/// What is sent.
struct RequestOptions: ParsableArguments {
    @Option(name: [.customShort("X"), .long], help: "GET, or POST with data, unless given.")
    var method: String?

    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp("A field to send; may be repeated.", valueName: "Name: value"))
    var headers: [String] = []

    @Option(name: [.short, .long], help: ArgumentHelp("The body.", valueName: "text"))
    var data: String?

    @Option(help: ArgumentHelp("A file with the body; - is standard input.", valueName: "file"))
    var dataFile: String?

    @Option(
        help: ArgumentHelp(
            "An Idempotency-Key, kept over all attempts, so that a POST may be sent again; auto makes one up.",
            valueName: "auto|key"))
    var idempotencyKey: String?

    @Option(help: ArgumentHelp("Trust these certificates (PEM) and no others.", valueName: "file"))
    var cacert: String?

    @Flag(help: "Take any certificate.")
    var insecure = false

    @Option(
        help: ArgumentHelp("A client certificate (PEM) for servers that ask for one; with --key.", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("The client certificate's key (PEM).", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "http://HOST:PORT, socks5:// or socks5h://; \"\" for none, whatever the environment says.",
            valueName: "url"))
    var proxy: String?

    @Flag(help: "Ask for a compressed body, and unfold it.")
    var compressed = false

    /// nil: as the environment says.
    var throughProxy: BackoffClient.Proxy? { proxy.map { $0.isEmpty ? .direct : .url($0) } }

    func validate() throws {
        if data != nil && dataFile != nil { throw ValidationError("--data and --data-file exclude each other") }
        if (cert == nil) != (key == nil) { throw ValidationError("--cert and --key belong together") }
        if let problem = throughProxy?.problem { throw ValidationError(problem) }
        if let method, HTTPRequest.Method(method) == nil { throw ValidationError("\"\(method)\" is no method") }
        for header in headers { _ = try field(header) }
        if let idempotencyKey, !HTTPField.isValidValue(idempotencyKey) {
            throw ValidationError("the key has characters that a field cannot carry")
        }
    }

    /// - Throws: ``Failure`` if the file cannot be read.
    func body() throws(Failure) -> [UInt8]? {
        if let data { return Array(data.utf8) }
        guard let dataFile else { return nil }
        do throws(FileReadError) {
            return try bytes(ofFile: dataFile == "-" ? "/dev/stdin" : dataFile, limit: 1 << 30)
        } catch {
            throw Failure(message: "\(dataFile) \(error.reason)")
        }
    }

    /// The request for a target. A key that is made up is another one each time.
    func message(to target: CallTarget, hasBody: Bool) -> HTTPRequest {
        let method = method.flatMap { HTTPRequest.Method($0) } ?? (hasBody ? .post : .get)
        var request = HTTPRequest(
            method: method, scheme: target.scheme, authority: target.authority, path: target.path)
        for header in headers {
            guard let field = try? field(header) else { continue }
            request.headerFields.append(field)
        }
        if let idempotencyKey {
            var generator = SystemRandomNumberGenerator()
            request.headerFields[.idempotencyKey] =
                idempotencyKey == "auto" ? IdempotencyKey.random(using: &generator) : idempotencyKey
        }
        return request
    }

    private func field(_ header: String) throws -> HTTPField {
        guard let colon = header.firstIndex(of: ":"), let name = HTTPField.Name(String(header[..<colon])) else {
            throw ValidationError("\"\(header)\" is no field; write \"Name: value\"")
        }
        guard name != .contentLength else {
            throw ValidationError("Content-Length is the length of the body, which is known: leave it out")
        }
        let value = String(header[header.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        guard HTTPField.isValidValue(value) else {
            throw ValidationError("the value of \(name) has characters that a field cannot carry")
        }
        return HTTPField(name: name, value: value)
    }
}

/// Where a request goes.
struct CallTarget: Hashable, Sendable {
    var scheme: String
    var authority: String
    /// Path and query, beginning with a slash.
    var path: String

    var url: String { "\(scheme)://\(authority)\(path)" }

    /// nil unless the text is a URL of http or https; http is assumed where no scheme is given.
    init?(_ url: String) {
        var rest = url[...]
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        scheme = "http"
        if let separator = rest.firstRange(of: "://") {
            scheme = rest[..<separator.lowerBound].lowercased()
            rest = rest[separator.upperBound...]
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = String(rest[..<end])
        path = String(rest[end...])
        if !path.hasPrefix("/") { path = "/" + path }
        let isPrintable = url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        guard scheme == "http" || scheme == "https", Self.isAuthority(authority), isPrintable else { return nil }
    }

    /// HOST, HOST:PORT or [IPV6]:PORT, after "USER@" if there is one (RFC 3986 section 3.2).
    private static func isAuthority(_ text: String) -> Bool {
        var rest = text[...]
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let host: Substring
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return false }
            host = rest[rest.index(after: rest.startIndex)..<end]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            host = rest.prefix { $0 != ":" }
            guard !host.isEmpty, !host.contains(where: { "\"<>[]\\^`{|}".contains($0) }) else { return false }
            rest = rest[host.endIndex...]
        }
        guard let colon = rest.first else { return true }
        guard colon == ":", let port = Int(rest.dropFirst()), rest.dropFirst().allSatisfy(\.isNumber) else {
            return false
        }
        return (1...65535).contains(port)
    }

    /// The target one step below: `/7` after the path and before the query.
    func child(_ number: Int) -> CallTarget {
        var child = self
        let end = path.firstIndex(of: "?") ?? path.endIndex
        let parent = path[..<end]
        child.path = "\(parent)\(parent.hasSuffix("/") ? "" : "/")\(number)\(path[end...])"
        return child
    }
}
