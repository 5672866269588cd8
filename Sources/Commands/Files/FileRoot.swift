internal import Fixtures
internal import Glibc

/// A folder below which files are read that a fixture names.
///
/// Nothing outside can be reached: no absolute paths, no `..`, and no symbolic link anywhere on the way, because
/// every component is opened by itself and without following.
struct FileRoot: Sendable {
    /// The largest body: 16 MiB.
    static let limit = 16 << 20

    var folder: String

    init(_ folder: String) { self.folder = folder }

    /// The folder of a file.
    init(of file: String) {
        guard let slash = file.lastIndex(of: "/") else {
            folder = "."
            return
        }
        folder = slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// The reader for a ``FixtureLoader``.
    var reader: FixtureLoader.FileReader {
        { path in
            do throws(FileReadError) {
                return .success(try bytes(of: path))
            } catch {
                return .failure(FixtureLoader.FileProblem(reason: error.reason))
            }
        }
    }

    /// Of one folder that a fixture names.
    private static let filesAtMost = 10_000

    /// The lister for a ``FixtureLoader``.
    var folderReader: FixtureLoader.FolderReader {
        { path in
            do throws(FileReadError) {
                return .success(try files(below: path).sorted())
            } catch {
                return .failure(FixtureLoader.FileProblem(reason: error.reason))
            }
        }
    }

    /// The paths of all regular files below a folder, from that folder on.
    func files(below path: String) throws(FileReadError) -> [String] {
        let opened = try open(folder: try Self.components(of: path)[...])
        var files: [String] = []
        try Self.collect(in: opened, prefix: "", into: &files)
        return files
    }

    private static func collect(
        in folder: borrowing OpenFile, prefix: String, into files: inout [String]
    ) throws(FileReadError) {
        // The stream closes the descriptor that it is given.
        guard let stream = fdopendir(fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 0)) else {
            throw FileReadError(code: errno)
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            try collect(name, in: folder, at: prefix + name, into: &files)
            guard files.count <= filesAtMost else {
                throw FileReadError(reason: "holds more than \(filesAtMost) files")
            }
        }
    }

    private static func collect(
        _ name: String, in folder: borrowing OpenFile, at path: String, into files: inout [String]
    ) throws(FileReadError) {
        let descriptor = openat(folder.descriptor, name, flags)
        guard descriptor >= 0 else {
            throw FileReadError(reason: "holds \(path), which \(FileReadError(code: errno).reason)")
        }
        let opened = try OpenFile(descriptor)
        switch kind(opened.descriptor) {
        case S_IFREG: files.append(path)
        case S_IFDIR: try collect(in: opened, prefix: path + "/", into: &files)
        default: throw FileReadError(reason: "holds \(path), which is not a regular file")
        }
    }

    /// The bytes of a regular file below the folder.
    func bytes(of path: String) throws(FileReadError) -> [UInt8] {
        let components = try Self.components(of: path)
        guard let name = components.last else { throw FileReadError(code: EISDIR) }
        let folder = try open(folder: components.dropLast())
        let file = try OpenFile(openat(folder.descriptor, name, Self.flags))
        guard Self.kind(file.descriptor) == S_IFREG else { throw FileReadError(reason: "is not a regular file") }
        return try file.bytes(limit: Self.limit)
    }

    private static func components(of path: String) throws(FileReadError) -> [String] {
        let components = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !path.hasPrefix("/"), !path.utf8.contains(0), !components.contains("..") else {
            throw FileReadError(reason: "is outside the fixture's folder")
        }
        return components
    }

    private func open(folder components: ArraySlice<String>) throws(FileReadError) -> OpenFile {
        var opened = try OpenFile(Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        for component in components {
            opened = try OpenFile(openat(opened.descriptor, component, Self.flags | O_DIRECTORY))
        }
        return opened
    }

    /// Without O_NONBLOCK the opening of a pipe would wait for its writer.
    private static let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

    private static func kind(_ descriptor: Int32) -> mode_t? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
