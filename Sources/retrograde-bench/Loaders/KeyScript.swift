/// A script for wrk whose requests carry one key after the other.
struct KeyScript {
    let count: Int

    func write(to workshop: Workshop) throws -> String {
        let path = workshop.file("keys-\(count).lua")
        // The requests are made beforehand, so that wrk is no slower than with one.
        try TextFile.write(
            """
            local requests, next = {}, 0
            function init()
                for key = 0, \(count - 1) do
                    wrk.headers["Authorization"] = string.format("Bearer key-%07d", key)
                    requests[key] = wrk.format()
                end
            end
            function request()
                next = (next + 1) % \(count)
                return requests[next]
            end

            """, to: path)
        return path
    }
}

extension Request {
    /// The field that says whose quota is charged.
    static func key(_ number: Int) -> String {
        let digits = String(number)
        return "Authorization: Bearer key-\(String(repeating: "0", count: max(0, 7 - digits.count)))\(digits)"
    }
}
