extension ControlRoute {
    /// The description of this API (OpenAPI 3.0), for programs that make clients and for those that look for holes.
    static let openAPI = ControlRoute(method: "GET", path: "/openapi.json") { (_, _) async throws(ControlError) in
        ControlReply(contentType: "application/json", body: EmbeddedFiles.bytes(of: "schema/openapi.json") ?? [])
    }
}
