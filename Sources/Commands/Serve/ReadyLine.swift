internal import Glibc
internal import MockServer

/// The one line that says where everything is: on standard output, and in the ready file. An interface; members are
/// added and never renamed.
struct ReadyLine {
    var lanes: [Lane]
    var control: String?

    var text: String {
        let json: JSONText = [
            "ready": true, "url": lanes.first.map { .string($0.url) } ?? .null,
            "lanes": .array(
                lanes.map {
                    [
                        "name": .string($0.name), "fixture": .string($0.fixture), "url": .string($0.url),
                        "tls": .bool($0.isEncrypted),
                    ]
                }),
            "control": control.map { .string($0) } ?? .null, "pid": .integer(Int64(getpid())),
        ]
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    /// Puts the line into a file in one step: who sees the file sees all of it.
    func write(to path: String) throws(Failure) {
        let draft = "\(path).\(getpid())"
        var file = try OutputFile(draft)
        do throws(Failure) {
            try file.write(Array(text.utf8))
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft)
            throw Failure(message: "cannot write \(path): \(reason)")
        }
    }
}
