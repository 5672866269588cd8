internal import Fixtures
public import HTTPSemantics
internal import Journal

extension Upstream {
    /// The response of a plan in bytes. Call it at the instant of sending: announced waits and dates count from it.
    ///
    /// - Returns: status 0, no field and no body where nothing is answered.
    public func render(_ plan: ReplyPlan, for request: UpstreamRequest, at now: Instant) -> RenderedReply {
        let sent = sendTime(now)
        return render(plan, for: request, sent, date: Array(HTTPDate.format(sent.time).utf8))
    }

    func sendTime(_ now: Instant) -> SendTime {
        SendTime(instant: now, wall: clockStep == .zero ? wall : wall.stepped(by: clockStep))
    }

    /// - Parameter date: the Date field's text at the instant of sending.
    func render(
        _ plan: ReplyPlan, for request: UpstreamRequest, _ sent: SendTime, date: [UInt8]
    ) -> RenderedReply {
        guard plan.status != 0 else { return RenderedReply(status: 0, fields: FieldBlock(), body: []) }
        var values = TemplateValues(
            plan, of: prepared, request: request, sent: sent, date: date, redaction: redaction)
        let text: String
        switch plan.outcome {
        case .script(let route, let reply):
            values.route = route
            var rendered = render(reply, of: route, status: plan.status, &values)
            rendered.informational = plan.delivery.informational
            return rendered
        case .refused(let route, let limit):
            values.route = route
            values.refuse(by: limit)
            let state = plan.limits.first { $0.limit == limit }
            let position = prepared.refusal(of: limit, cause: state?.cause ?? .rate)
            let hint = prepared.fixture.dialect.refusals[position].hint
            values.wait = AnnouncedWait(
                until: hint.announced(by: state, of: plan, at: sent.instant), hint: hint)
            return values.response(prepared.refusals[position], status: plan.status)
        case .exhausted(let route):
            let pattern = prepared.fixture.routes[route].match.text
            text = "The script of \(pattern) is exhausted: this is request \(plan.attempt).\n"
        case .replayed(_, let reply): return reply.dated(date)
        case .keyInUse:
            return values.problem("A request with this Idempotency-Key is under way", status: plan.status)
        case .keyReused:
            return values.problem("This Idempotency-Key belongs to another request", status: plan.status)
        case .unmatched:
            let target = RequestTarget(request.target)
            let path = String(decoding: request.target[target.path], as: UTF8.self)
            let methods = methods(for: target)
            text =
                "No route takes \(request.method) /\(path).\n"
                + (methods.isEmpty ? "" : "The path is known for other methods: \(methods.joined(separator: ", ")).\n")
        }
        return values.response(
            ResponseTemplate(status: plan.status, body: .text(Template(text))), on: .always)
    }

    private func render(
        _ position: Int, of route: Int, status: Int, _ values: inout TemplateValues
    ) -> RenderedReply {
        let settled = prepared.reply(route, position)
        let refusal = settled.refusal.map { prepared.fixture.dialect.refusals[$0] }
        values.announce(prepared.fixture.routes[route].replies[position].retryAfter, hint: refusal?.hint)
        guard let response = settled.response else { return file(position, of: route, status: status, &values) }
        if let refusal, case .refusal(let limit) = prepared.fixture.routes[route].replies[position].content {
            values.refuse(as: limit ?? refusal.limit)
            return values.response(response, status: status)
        }
        return values.response(response, status: status)
            .inParts(where: prepared.fixture.routes[route].replies[position].honoursRanges, for: values.request)
    }

    private func file(
        _ position: Int, of route: Int, status: Int, _ values: inout TemplateValues
    ) -> RenderedReply {
        guard case .files(let files) = prepared.fixture.routes[route].replies[position].content else {
            return RenderedReply(status: 0, fields: FieldBlock(), body: [])
        }
        values.wait = .none
        guard let file = files.file(for: values.target, prepared.fixture.routes[route].match) else {
            let text = Template("No file of this fixture has that path.\n")
            return values.response(ResponseTemplate(status: status, body: .text(text)), on: .always)
        }
        let body = BodyTemplate.bytes(file.bytes, contentType: file.contentType)
        return values.response(ResponseTemplate(status: status, body: body), on: .success)
            .inParts(for: values.request, entityTag: file.entityTag)
    }
}

extension RenderedReply {
    fileprivate func inParts(where isWanted: Bool, for request: UpstreamRequest) -> RenderedReply {
        isWanted && status == 200 ? inParts(for: request, entityTag: StaticFiles.File.entityTag(of: body)) : self
    }

    /// The same response, sent at another time.
    fileprivate func dated(_ date: [UInt8]) -> RenderedReply {
        var reply = self
        reply.fields = FieldBlock()
        for index in 0..<fields.count {
            let (name, value) = fields.field(at: index)
            let isDate = name.lazy.map(\.lowercasedASCII).elementsEqual("date".utf8)
            reply.fields.append(name: name, value: isDate ? date[...] : value)
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
            ResponseTemplate(status: status, fields: [type], body: .json(body)), on: .always)
    }
}
