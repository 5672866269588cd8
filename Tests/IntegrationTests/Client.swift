import BackoffClient
import HTTPTypes
import Testing

/// A client in front of the fake upstream, as the tests know it.
struct Client: CustomTestStringConvertible, Sendable {
    var name: String
    /// Which forms of Retry-After it obeys.
    var readsRetryAfter: Bool
    /// GETs the URL with up to four retries.
    var get: @Sendable (_ url: String) async throws -> Program.Outcome

    var testDescription: String { name }

    static let all = [ours, curl, wget, requests]

    static let ours = Client(name: "BackoffClient", readsRetryAfter: true) { url in
        let authority = String(url.dropFirst("http://".count))
        let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/")
        let response = try await BackoffClient().perform(request)
        return Program.Outcome(
            exitCode: response.response.status == .ok ? 0 : 1, output: String(decoding: response.body, as: UTF8.self),
            errors: "")
    }

    static let curl = Client(name: "curl", readsRetryAfter: true) { url in
        // -q first: no configuration file.
        try await Program.curl.run(["-q", "-sSf", "--retry", "4", url])
    }

    /// It never reads the field: it waits a second, because it was told to on its command line.
    static let wget = Client(name: "wget", readsRetryAfter: false) { url in
        try await Program.wget.run([
            "--no-config", "-q", "-O-", "--tries=5", "--waitretry=1", "--retry-on-http-error=429,503", url,
        ])
    }

    static let requests = Client(name: "requests with urllib3's Retry", readsRetryAfter: true) { url in
        let script = """
            import sys, requests
            from requests.adapters import HTTPAdapter
            from urllib3.util.retry import Retry

            session = requests.Session()
            retry = Retry(total=4, status_forcelist=[429, 503], backoff_factor=0.1)
            session.mount("http://", HTTPAdapter(max_retries=retry))
            response = session.get(sys.argv[1])
            response.raise_for_status()
            print(response.text, end="")
            """
        // -I: no modules but those of the system.
        return try await Program.python.run(["-I", "-c", script, url])
    }
}
