internal import FoundationEssentials
internal import MockServer

/// A page in one file: its style inside, no script, and a policy that lets it ask nobody for anything.
struct HTMLPage {
    var title: String
    var body: Markup

    var text: String {
        let style = Self.style
        // Only the style sheet that stands here is in force: text that slipped out of its place could not change it.
        let policy =
            "default-src 'none'; style-src 'sha256-\(Self.digest(of: style))'; img-src data:; base-uri 'none'; "
            + "form-action 'none'"
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="Retrograde">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>\(Markup(trusted: style))</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the report</a>
            \(body)
            </body>
            </html>

            """
        return page.text
    }

    private static let style = String(decoding: EmbeddedFiles.bytes(of: "page/report.css") ?? [], as: UTF8.self)

    private static func digest(of text: String) -> String {
        let digest = BodyDigest()
        Array(text.utf8).withUnsafeBytes(digest.update)
        let digits = Array(digest.hexadecimal().utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).map { position in
            UInt8(String(decoding: digits[position..<position + 2], as: UTF8.self), radix: 16)!
        }
        return Data(bytes).base64EncodedString()
    }
}
