import FoundationEssentials

/// A Swift file of this package, as the architecture tests read it.
struct SourceFile: Sendable {
    /// From the package's root, as `Sources/Grading/Rule.swift`.
    let path: String
    let text: String
    /// The text with its comments and the contents of its string literals blanked; lines keep their numbers.
    let code: String

    /// The folder below `Sources` or `Tests`.
    var module: String { String(path.split(separator: "/")[1]) }

    /// Every line that imports something.
    var imports: [Import] {
        code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            Import(line: String(line), number: index + 1)
        }
    }

    /// The places where one of the words stands in the code, as `path:line: word`.
    func places(of words: [String]) -> [String] {
        code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            words.filter { contains(word: $0, in: line) }.map { "\(path):\(index + 1): \($0)" }
        }
    }

    /// Whether the word stands in the line with no letter, digit or dot before it, so `exit(` is not in `onExit(`;
    /// and not as the name of a function that is declared there.
    private func contains(word: String, in line: Substring) -> Bool {
        func isPart(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "_"
        }
        return line.ranges(of: word).contains { range in
            let before = line[..<range.lowerBound]
            let after = line[range.upperBound...]
            let begins = !(before.last.map { isPart($0) || $0 == "." } ?? false) && !before.hasSuffix("func ")
            let ends = !(word.last.map(isPart) ?? false) || !(after.first.map(isPart) ?? false)
            return begins && ends
        }
    }
}

/// One import line.
struct Import: Sendable {
    let module: String
    /// The declaration of a scoped import: `log` of `import func Glibc.log`.
    let declaration: String?
    let number: Int

    init?(line: String, number: Int) {
        var words = line.split(separator: " ")[...]
        while let first = words.first,
            first.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(first)
        {
            words.removeFirst()
        }
        guard words.popFirst() == "import" else { return nil }
        if let kind = words.first, ["func", "struct", "class", "enum", "protocol", "var", "let"].contains(kind) {
            words.removeFirst()
        }
        guard let path = words.first?.split(separator: ".", maxSplits: 1), let module = path.first else { return nil }
        self.module = String(module)
        declaration = path.count > 1 ? String(path[1]) : nil
        self.number = number
    }
}

/// The checkout that these tests were compiled from.
enum Checkout {
    static let root: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(3).joined(separator: "/")
    }()

    /// Every Swift file below a folder of the root, by path.
    static func swiftFiles(below folder: String) throws -> [SourceFile] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
            .filter { $0.hasSuffix(".swift") }.sorted()
            .map { path in
                let text = try String(contentsOfFile: "\(root)/\(folder)/\(path)", encoding: .utf8)
                return SourceFile(path: "\(folder)/\(path)", text: text, code: blanked(text))
            }
    }

    static func names(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)"))
    }
}
