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

    /// The bytes of a regular file below the folder.
    func bytes(of path: String) throws(FileReadError) -> [UInt8] {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw FileReadError(reason: "is outside the fixture's folder")
        }
        let components = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard let name = components.last else { throw FileReadError(code: EISDIR) }
        guard !components.contains("..") else { throw FileReadError(reason: "is outside the fixture's folder") }
        var folder = try OpenFile(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        for component in components.dropLast() {
            folder = try OpenFile(openat(folder.descriptor, component, Self.flags | O_DIRECTORY))
        }
        let file = try OpenFile(openat(folder.descriptor, name, Self.flags))
        guard Self.isRegular(file.descriptor) else { throw FileReadError(reason: "is not a regular file") }
        return try file.bytes(limit: Self.limit)
    }

    /// Without O_NONBLOCK the opening of a pipe would wait for its writer.
    private static let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

    private static func isRegular(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
