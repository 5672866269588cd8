/// What a run under callgrind executed, in instructions.
struct CallgrindProfile {
    /// All of it.
    let total: Int
    /// What libmicrohttpd's own calls of memset took: it clears 32 KiB after each request. Processors differ in how
    /// many instructions that is, from a few hundred to one for each byte, and it says nothing of who handled the
    /// request.
    let clearing: Int

    var own: Int { total - clearing }

    /// - Parameter text: callgrind's own format, in which a name is written out once and is a number afterwards.
    init(_ text: String) throws {
        var names: [Substring: Substring] = [:]
        var files: [Substring: Substring] = [:]
        func name(_ value: Substring, in known: inout [Substring: Substring]) -> Substring {
            guard let end = value.firstIndex(of: ")") else { return value }
            let rest = value[value.index(after: end)...].drop { $0 == " " }
            if !rest.isEmpty { known[value[...end]] = rest }
            return known[value[...end]] ?? ""
        }
        var object: Substring = ""
        var callee: Substring = ""
        var isCall = false
        var total: Int?
        var clearing = 0
        for line in text.split(separator: "\n") {
            if isCall {
                isCall = false
                if callee.contains("memset"), object.contains("libmicrohttpd") {
                    clearing += line.split(separator: " ").last.flatMap { Int($0) } ?? 0
                }
            } else if line.hasPrefix("calls=") {
                isCall = true
            } else if line.hasPrefix("ob=") {
                object = name(line.dropFirst(3), in: &files)
            } else if line.hasPrefix("cob=") {
                _ = name(line.dropFirst(4), in: &files)
            } else if line.hasPrefix("fn=") {
                _ = name(line.dropFirst(3), in: &names)
            } else if line.hasPrefix("cfn=") {
                callee = name(line.dropFirst(4), in: &names)
            } else if line.hasPrefix("totals:") || line.hasPrefix("summary:") {
                total = line.split(separator: " ").last.flatMap { Int($0) }
            }
        }
        guard let total else { throw BenchError("callgrind's file has no sum") }
        self.total = total
        self.clearing = clearing
    }
}
