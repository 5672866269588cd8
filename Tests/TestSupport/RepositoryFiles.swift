internal import FoundationEssentials

/// The files of the repository, found from the place of this source file.
public enum RepositoryFiles {
    /// The folder of Package.swift, without a slash at its end.
    public static let root: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(3).joined(separator: "/")
    }()

    /// `retrograde` as it was built beside the running test bundle.
    public static var builtProgram: String? {
        let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return bundle.map { "/" + $0.split(separator: "/").dropLast().joined(separator: "/") + "/retrograde" }
    }

    /// The bytes of a file, by its path below the root.
    public static func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(root)/\(path)")))
    }

    /// The paths below the root of the files in a folder, without its sub-folders, sorted.
    public static func files(in folder: String, endingWith suffixes: String...) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted().map { "\(folder)/\($0)" }
    }
}
