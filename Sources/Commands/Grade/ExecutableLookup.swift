internal import Glibc

/// Where a command's program is, found before anything runs, so that a typing error is one clear sentence.
enum ExecutableLookup {
    /// - Returns: the path to start.
    /// - Throws: ``Failure`` with code 2: not found, a directory, or not executable.
    static func path(of program: String, in environment: [String: String]) throws -> String {
        if program.contains("/") {
            switch kind(of: program) {
            case .executable: return program
            case .missing: throw Failure(message: "\(program): no such file")
            case .directory: throw Failure(message: "\(program) is a directory, not a program")
            case .notExecutable:
                throw Failure(message: "\(program) is not executable; chmod +x it, or name its interpreter")
            }
        }
        var candidate: String?
        for folder in (environment["PATH"] ?? "").split(separator: ":", omittingEmptySubsequences: false) {
            let path = (folder.isEmpty ? "." : String(folder)) + "/" + program
            switch kind(of: path) {
            case .executable: return path
            case .notExecutable: candidate = candidate ?? path
            case .missing, .directory: continue
            }
        }
        if let candidate { throw Failure(message: "\(candidate) is not executable") }
        var message = "\(program): command not found in PATH"
        if kind(of: "./" + program) == .executable { message += "; did you mean ./\(program)?" }
        throw Failure(message: message)
    }

    private enum Kind { case executable, notExecutable, directory, missing }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing }
        if status.st_mode & S_IFMT == S_IFDIR { return .directory }
        return access(path, X_OK) == 0 ? .executable : .notExecutable
    }
}
