internal import CResources

/// The files that the binary carries: dialects, the suites of `grade`, the demonstration upstream, the JSON Schemas, the style of
/// report pages.
///
/// Names are paths below `fixtures/`, as `dialects/data/plain.yaml`, and `page/report.css`. The bytes are constants of the C target
/// `CResources`, which is why there are pointers here.
package enum EmbeddedFiles {
    /// The bytes of a file; `nil` if the binary carries none of that name.
    package static func bytes(of name: String) -> [UInt8]? {
        all.first { String(cString: $0.name) == name }.map(bytes)
    }

    /// The names that begin with a folder such as `dialects/data/`, sorted. The empty folder: all.
    package static func names(below folder: String) -> [String] {
        all.map { String(cString: $0.name) }.filter { $0.hasPrefix(folder) }
    }

    private static var all: some Sequence<CResources_file> { (0..<CResources_count()).lazy.map(CResources_at) }

    private static func bytes(of file: CResources_file) -> [UInt8] {
        // The data lives as long as the process and never changes.
        Array(UnsafeBufferPointer(start: file.data, count: file.size))
    }
}
