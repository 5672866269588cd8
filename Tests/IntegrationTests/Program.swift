import Subprocess

/// A program of this machine, run to its end.
struct Program {
    static let curl = Program(name: "curl")
    static let wget = Program(name: "wget")
    static let python = Program(name: "python3")
    /// Runs what its first argument names by its path.
    static let env = Program(name: "env")

    let name: String

    struct Outcome: Sendable {
        var exitCode: Int32
        var output: String
        var errors: String
    }

    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String { "there is no /usr/bin/\(name), which this test needs; .ci/setup installs it" }
    }

    struct Died: Error {
        let name: String
        let of: String
    }

    /// - Throws: ``Missing`` if it is not there: a client that was not tried is no passed test.
    func run(_ arguments: [String]) async throws -> Outcome {
        do {
            // A proxy, a language or a Python of the developer's own would change what is tested.
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments),
                environment: .custom(["PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"]),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            guard case .exited(let code) = result.terminationStatus else {
                throw Died(name: name, of: "\(result.terminationStatus)")
            }
            return Outcome(exitCode: code, output: result.standardOutput, errors: result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Missing(name: name)
        }
    }
}
