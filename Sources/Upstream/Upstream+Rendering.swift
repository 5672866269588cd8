internal import Fixtures
public import HTTPSemantics
internal import Journal

extension Upstream {
    /// The response of a plan in bytes. Call it at the instant of sending: announced waits and dates count from it.
    ///
    /// - Returns: status 0, no field and no body where nothing is answered.
    public func render(_ plan: ReplyPlan, for request: UpstreamRequest, at now: Instant) -> RenderedReply {
        guard plan.status != 0 else { return RenderedReply(status: 0, fields: FieldBlock(), body: []) }
        let target = RequestTarget(request.target)
        var values = TemplateValues(
            fixture: fixture, plan: plan, request: request, target: target,
            sent: SendTime(instant: now, wall: wall.stepped(by: clockStep)),
            redaction: redaction ?? Redaction { _ in "secret" })
        let text: String
        switch plan.outcome {
        case .script(let route, let reply):
            var rendered = render(fixture.routes[route].replies[reply], route, &values)
            rendered.informational = plan.delivery.informational
            return rendered
        case .refused(let route, let limit):
            let state = plan.limits.first { $0.limit == limit }
            let refusal = fixture.dialect.refusal(of: fixture.limits[limit].name, cause: state?.cause ?? .rate)
            values.route = fixture.routes[route].match
            values.refuse(by: limit)
            values.wait = AnnouncedWait(
                until: refusal.hint.announced(by: state, of: plan, at: now), hint: refusal.hint, sentAt: values.sent)
            return values.response(refusal.response, status: plan.status, occasion: .refusal)
        case .exhausted(let route):
            text = "The script of \(fixture.routes[route].match.text) is exhausted: this is request \(plan.attempt).\n"
        case .replayed(_, let reply): return reply.dated(values.sent)
        case .keyInUse:
            return values.problem("A request with this Idempotency-Key is under way", status: plan.status)
        case .keyReused:
            return values.problem("This Idempotency-Key belongs to another request", status: plan.status)
        case .unmatched:
            let path = String(decoding: request.target[target.path], as: UTF8.self)
            let methods = methods(for: target)
            text =
                "No route takes \(request.method) /\(path).\n"
                + (methods.isEmpty ? "" : "The path is known for other methods: \(methods.joined(separator: ", ")).\n")
        }
        return values.response(
            ResponseTemplate(status: plan.status, body: .text(Template(text))), status: plan.status, occasion: .always)
    }

    private func render(_ reply: Reply, _ route: Int, _ values: inout TemplateValues) -> RenderedReply {
        values.route = fixture.routes[route].match
        let status = values.plan.status
        switch reply.content {
        case .literal(let response):
            values.announce(reply.retryAfter, hint: nil)
            let isSuccess = (200..<300).contains(status)
            return values.response(response, status: status, occasion: isSuccess ? .success : .always)
                .inParts(where: reply.honoursRanges, for: values.request)
        case .success(let overriding):
            values.announce(reply.retryAfter, hint: nil)
            return values.response(fixture.success.applying(overriding), status: status, occasion: .success)
                .inParts(where: reply.honoursRanges, for: values.request)
        case .files(let files):
            guard let file = files.file(for: values.target, fixture.routes[route].match) else {
                let text = Template("No file of this fixture has that path.\n")
                return values.response(
                    ResponseTemplate(status: status, body: .text(text)), status: status, occasion: .always)
            }
            let body = BodyTemplate.bytes(file.bytes, contentType: file.contentType)
            return values.response(ResponseTemplate(status: status, body: body), status: status, occasion: .success)
                .inParts(for: values.request, entityTag: file.entityTag)
        case .refusal(let limit):
            let refusal = fixture.dialect.refusal(pretending: limit)
            values.refuse(as: limit ?? refusal.limit)
            values.announce(reply.retryAfter, hint: refusal.hint)
            return values.response(refusal.response, status: status, occasion: .refusal)
        case .nothing:
            return RenderedReply(status: 0, fields: FieldBlock(), body: [])
        }
    }
}

extension ResponseTemplate {
    /// The response with what an override names in place of its own.
    fileprivate func applying(_ overriding: ResponseOverride) -> ResponseTemplate {
        var result = self
        result.status = overriding.status ?? status
        result.fields.removeAll { field in overriding.fields.contains { $0.hasName(of: field) } }
        if let body = overriding.body {
            // A type that was said of the old body says nothing about the new one.
            result.body = body
            result.fields.removeAll { $0.isNamed("Content-Type".utf8) }
        }
        result.fields += overriding.fields
        return result
    }
}

extension FieldTemplate {
    /// Whether the name, which has no placeholders, is this one, regardless of case.
    func isNamed(_ name: some Sequence<UInt8>) -> Bool {
        guard self.name.segments.count == 1, case .literal(let own) = self.name.segments[0] else { return false }
        return own.lazy.map(\.lowercasedASCII).elementsEqual(name.lazy.map(\.lowercasedASCII))
    }

    fileprivate func hasName(of other: FieldTemplate) -> Bool {
        guard other.name.segments.count == 1, case .literal(let name) = other.name.segments[0] else { return false }
        return isNamed(name)
    }
}

extension RenderedReply {
    fileprivate func inParts(where isWanted: Bool, for request: UpstreamRequest) -> RenderedReply {
        isWanted && status == 200 ? inParts(for: request, entityTag: StaticFiles.File.entityTag(of: body)) : self
    }

    /// The same response, sent at another time.
    fileprivate func dated(_ sent: SendTime) -> RenderedReply {
        var reply = self
        reply.fields = FieldBlock()
        for index in 0..<fields.count {
            let (name, value) = fields.field(at: index)
            let isDate = name.lazy.map(\.lowercasedASCII).elementsEqual("date".utf8)
            reply.fields.append(name: name, value: isDate ? Array(HTTPDate.format(sent.time).utf8)[...] : value)
        }
        return reply
    }
}

extension TemplateValues {
    /// Problem details (RFC 9457).
    fileprivate mutating func problem(_ title: String, status: Int) -> RenderedReply {
        let type = FieldTemplate(name: Template("Content-Type"), value: Template("application/problem+json"))
        let body = Template("{\"title\":\"\(title)\",\"status\":\(status)}")
        return response(
            ResponseTemplate(status: status, fields: [type], body: .json(body)), status: status, occasion: .always)
    }
}
