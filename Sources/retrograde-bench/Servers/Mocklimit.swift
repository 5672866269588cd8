/// mocklimit: a fixed window of one request, which is over from the second one on.
struct Mocklimit: BenchServer {
    let name = "mocklimit"
    let process: ChildProcess
    let url: String
    let path = "/v1/models"

    init(_ workshop: Workshop, python: String?) throws {
        let program = try PythonServer.program("mocklimit", in: python)
        let port = try Socket.freePort()
        let (api, limits) = (workshop.file("mocklimit-api.yaml"), workshop.file("mocklimit-limits.yaml"))
        try TextFile.write(
            """
            openapi: 3.0.0
            info: { title: bench, version: "1" }
            paths:
              /v1/models:
                get:
                  responses:
                    "200":
                      description: models
                      content: { application/json: { schema: { type: object, properties: { ok: { type: boolean } } } } }

            """, to: api)
        try TextFile.write(
            """
            policies:
              all:
                strategy: fixed_window
                limits:
                  - { dimension: requests, limit: 1, window_seconds: 100000 }
                scope: api_key
                error_template: { provider: openai }
            endpoints:
              /v1/models:
                methods: [GET]
                policy: all
                resources:
                  requests: { input: { strategy: fixed, value: 1 }, output: { strategy: fixed, value: 0 } }

            """, to: limits)
        process = try ChildProcess(
            [
                program, "serve", "--spec", api, "--rate-config", limits, "--port", "\(port)", "--log-level", "ERROR",
            ], isHeard: false)
        url = "http://127.0.0.1:\(port)"
        try Self.wait(for: port, of: process)
    }
}
