/// Reads `files: ./assets`: every file below a folder.
struct StaticFilesDecoder {
    /// Of all files of a folder together.
    private static let sizeLimit = 64 << 20

    let response: ResponseDecoder
    let readFolder: FixtureLoader.FolderReader

    func files(_ value: Value) -> StaticFiles? {
        guard let path = value.text("a folder's path") else { return nil }
        let names: [String]
        switch readFolder(path) {
        case .success(let found): names = found
        case .failure(let problem):
            value.error("\(value.node.description) \(problem.reason)")
            return nil
        }
        if names.isEmpty { value.warning("\(value.node.description) holds no files") }
        var files = StaticFiles()
        var size = 0
        for name in names {
            switch response.readFile("\(path)/\(name)") {
            case .success(let bytes):
                size += bytes.count
                files.files[name] = StaticFiles.File(bytes, contentType: MediaType.of(path: name))
            case .failure(let problem): value.error("\(name.quoted) in \(value.node.description) \(problem.reason)")
            }
            guard size <= Self.sizeLimit else {
                value.error("\(value.node.description) holds more than \(Self.sizeLimit >> 20) MiB")
                return nil
            }
        }
        return files
    }
}
