internal import Glibc

/// Where the package of a test begins.
enum PackageFolder {
    struct NotFound: Error, CustomStringConvertible {
        var file: String
        var description: String { "no folder above \(file) holds a Package.swift; give the fixture's absolute path" }
    }

    /// The nearest folder above a source file that holds a `Package.swift`.
    static func above(_ file: String) throws(NotFound) -> String {
        var folder = file[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if access("\(folder)/Package.swift", F_OK) == 0 { return String(folder) }
        }
        throw NotFound(file: file)
    }
}
