internal import FoundationEssentials
internal import Glibc
public import Testing

/// Compares a text with the file that holds what it should be, or writes the file with RETROGRADE_RECORD=1.
///
/// - Parameter path: below the repository's root.
public func expectSnapshot(
    _ text: String, at path: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    if getenv("RETROGRADE_RECORD") != nil {
        try Data(text.utf8).write(to: URL(filePath: "\(RepositoryFiles.root)/\(path)"))
        return
    }
    let expected = String(decoding: try RepositoryFiles.bytes(of: path), as: UTF8.self)
    #expect(text == expected, "\(path) says otherwise", sourceLocation: sourceLocation)
}
