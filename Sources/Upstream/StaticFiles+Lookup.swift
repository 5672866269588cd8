internal import Fixtures

extension StaticFiles {
    /// The file that the rest of a path names, each segment decoded by itself; `index.html` of a folder.
    ///
    /// - Parameter pattern: ends with the rest.
    func file(for target: RequestTarget, _ pattern: RoutePattern) -> File? {
        var number = pattern.segments.firstIndex(of: .rest) ?? pattern.segments.count
        var segments: [String] = []
        while let segment = target.decodedSegment(number) {
            let text = String(decoding: segment, as: UTF8.self)
            // A slash in a segment was written %2F: it is part of a name, and no file has such a name.
            guard !segment.contains(UInt8(ascii: "/")), text != ".", text != ".." else { return nil }
            segments.append(text)
            number += 1
        }
        if segments.isEmpty || segments.last == "" {
            segments = segments.dropLast() + ["index.html"]
        }
        return files[segments.joined(separator: "/")]
    }
}
