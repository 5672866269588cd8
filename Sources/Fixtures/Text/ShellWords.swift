/// Words between a shell's quotes, for command lines that are given as one string (`--post`, a client file) and for those that are
/// printed to be pasted.
///
/// No shell runs: quotes and backslashes mean what they mean in POSIX (XCU 2.2), and whatever a shell would expand,
/// redirect or pipe is an error instead of a surprise.
public enum ShellWords {
    /// What cannot be split, as a sentence.
    public struct Problem: Error, Equatable { public var message: String }

    /// The words of a command line.
    public static func split(_ text: String) throws(Problem) -> [String] {
        var words: [String] = []
        var word: String?
        var characters = text.makeIterator()
        while let character = characters.next() {
            switch character {
            case " ", "\t", "\n":
                if let finished = word { words.append(finished) }
                word = nil
            case "'":
                word = word ?? ""
                while true {
                    guard let inner = characters.next() else { throw Problem(message: "a ' is not closed") }
                    if inner == "'" { break }
                    word! += String(inner)
                }
            case "\"":
                word = word ?? ""
                try doubleQuoted(&characters, into: &word!)
            case "\\":
                guard let next = characters.next() else { throw Problem(message: "it ends with a backslash") }
                if next != "\n" { word = (word ?? "") + String(next) }
            case "|", "&", ";", "<", ">", "(", ")", "$", "`":
                throw Problem(
                    message:
                        "no shell runs it, so an unquoted \(character) has no meaning; quote it, or write sh -c '…'")
            default:
                word = (word ?? "") + String(character)
            }
        }
        if let finished = word { words.append(finished) }
        return words
    }

    private static func doubleQuoted(
        _ characters: inout String.Iterator, into word: inout String
    ) throws(Problem) {
        while let character = characters.next() {
            switch character {
            case "\"": return
            case "$", "`":
                throw Problem(message: "no shell runs it, so \(character) has no meaning; write \\\(character)")
            case "\\":
                guard let next = characters.next() else { throw Problem(message: "a \" is not closed") }
                // Within double quotes a backslash is special only before these.
                if !"\"\\$`\n".contains(next) { word += "\\" }
                if next != "\n" { word += String(next) }
            default: word += String(character)
            }
        }
        throw Problem(message: "a \" is not closed")
    }

    /// One line that a POSIX shell reads as exactly these words.
    public static func join(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// Braces are left bare: a lone `{url}` is no brace expansion in any shell, and it reads better so.
    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=@%+,{}".utf8.contains(byte)
            }
        }
        if plain, !word.isEmpty, word != "{", word != "}", !(word.contains("{") && word.contains(",")) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
