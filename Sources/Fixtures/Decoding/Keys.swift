/// The keys that one kind of mapping takes. Every key of the grammar is a case of one of these enumerations, so
/// that the decoder, the suggestions and the JSON Schema speak of the same list.
protocol MappingKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The mapping, as the subject of a sentence: `a route`.
    static var owner: String { get }
    /// The least that one would write, for a message that wanted this mapping.
    static var example: String { get }
    /// Keys that the grammar has names for but no meaning yet.
    static var planned: Set<String> { get }
}

extension MappingKey {
    static var planned: Set<String> { [] }
    static var names: [String] { allCases.map(\.rawValue) }
}

enum FixtureKey: String, MappingKey {
    case name, dialect, caller, clock, tls, seed, parameters, success, connections, limits, idempotency, states
    case routes, expect

    static let owner = "a fixture"
    static let example = "routes: [ { match: GET /, reply: { success: {} } } ]"
}

enum ClientKey: String, MappingKey {
    case name, requires, install, folder, environment, commands, dialect, success, declares, settings, waivers

    static let owner = "a client file"
    static let example = "{ commands: { get: 'curl -sSf --retry 4 {url}' } }"
}

enum ClientCommandKey: String, MappingKey {
    case get, post, many, workers, deadline

    static let owner = "commands"
    static let example = "{ get: 'curl -sSf --retry 4 {url}' }"
}

enum DeclarationKey: String, MappingKey {
    case attemptCap = "attempt-cap"
    case idempotentPOST = "idempotent-post"
    case rateLimitFields = "rate-limit-fields"
    case doNotRetrySignals = "do-not-retry-signals"
    case hedging

    static let owner = "declares"
    static let example = "{ attempt-cap: 5 }"
}

enum TLSKey: String, MappingKey {
    case certificate

    static let owner = "tls"
    static let example = "{ certificate: valid }"
}

enum ClockKey: String, MappingKey {
    case skew, steps

    static let owner = "a clock"
    static let example = "{ skew: -30s }"
}

enum ClockStepKey: String, MappingKey {
    case at, by

    static let owner = "a clock step"
    static let example = "{ at: 10s, by: -5m }"
}

enum LimitKeyName: String, MappingKey {
    case quota, algorithm, window, burst, queue, concurrent, cost
    case otherwise = "else"
    case key
    case countRefused = "count-refused"
    case penalty, escalation

    static let owner = "a limit"
    static let example = "{ quota: 100/1m, algorithm: fixed-window }"
}

enum PenaltyKey: String, MappingKey {
    case duration = "for"
    case extendedByRetries = "extended-by-retries"

    static let owner = "a penalty"
    static let example = "{ for: 30s }"
}

enum EscalationKey: String, MappingKey {
    case refusals, within, ban, status

    static let owner = "an escalation"
    static let example = "{ refusals: 10, within: 1m, ban: 10m }"
}

enum RouteKey: String, MappingKey {
    case match, limits, reply, replies, then
    case scriptPer = "script-per"

    static let owner = "a route"
    static let example = "{ match: GET /, reply: { success: {} } }"
}

/// What a response is made of, wherever one is written.
enum ResponseKey: String, MappingKey {
    case status, headers, text, json, file, filler, echo

    static let owner = "a response"
    static let example = "{ status: 200, json: { ok: true } }"
}

enum ReplyKey: String, MappingKey {
    case times, status, headers, text, json, file, filler, echo, files, success, refusal, ranges
    case retryAfter = "retry-after"
    case fault, informational, framing, malformed, delay, bandwidth, when, goto
    case sendAt = "send-at"
    case holdUntil = "hold-until"

    static let owner = "a reply"
    static let example = "{ status: 503 } or { success: {} }"
}

enum IdempotencyKey: String, MappingKey {
    case header, keep

    static let owner = "idempotency"
    static let example = "{ header: Idempotency-Key, keep: 24h }"
}

enum ConditionKey: String, MappingKey {
    case state, chance, ramp, header, query, json, from, until

    static let owner = "a condition"
    static let example = "{ chance: 20 % }"
}

enum RequestTestKey: String, MappingKey {
    case equals, contains, present

    static let owner = "a test"
    static let example = "{ contains: text }"
}

enum RampKey: String, MappingKey {
    case from, to, over

    static let owner = "a ramp"
    static let example = "{ from: 0 %, to: 50 %, over: 1m }"
}

enum ScriptedRefusalKey: String, MappingKey {
    case retryAfter = "retry-after"
    case limit

    static let owner = "a refusal"
    static let example = "{ retry-after: 2s }"
}

enum RetryAfterKey: String, MappingKey {
    case date, form, raw

    static let owner = "retry-after"
    static let example = "{ date: 3s }"
}

enum AfterDateKey: String, MappingKey {
    case afterDate = "after-date"

    static let owner = "a date"
    static let example = "{ after-date: 3s }"
}

enum FaultKey: String, MappingKey {
    case after, then, every, bytes

    static let owner = "a fault"
    static let example = "{ after: request, then: reset }"
}

enum ConnectionKey: String, MappingKey {
    case times, then
    case duration = "for"

    static let owner = "a connection fault"
    static let example = "{ times: 2, then: reset }"
}

enum FramingKey: String, MappingKey {
    case contentLength = "content-length"

    static let owner = "a framing"
    static let example = "{ content-length: 10 }"
}

enum DelayKey: String, MappingKey {
    case uniform, normal, lognormal, measured

    static let owner = "a delay"
    static let example = "{ uniform: [50ms, 2s] }"
}

enum NormalKey: String, MappingKey {
    case mean, deviation

    static let owner = "a normal delay"
    static let example = "{ mean: 100ms, deviation: 20ms }"
}

enum LognormalKey: String, MappingKey {
    case median, sigma

    static let owner = "a lognormal delay"
    static let example = "{ median: 100ms, sigma: 0.5 }"
}

enum SendAtKey: String, MappingKey {
    case phase

    static let owner = "send-at"
    static let example = "{ phase: 100ms }"
}

enum HoldKey: String, MappingKey {
    case parked, group
    case atMost = "at-most"

    static let owner = "hold-until"
    static let example = "{ parked: 20 }"
}

enum DialectKey: String, MappingKey {
    case name, title, verified, sources
    case countRefused = "count-refused"
    case penalty, escalation
    case clock, headers, refusals

    static let owner = "a dialect"
    static let example = "{ name: mine, refusals: [ { status: 429 } ] }"
}

enum AnnouncementKey: String, MappingKey {
    case name, value, list, when, limit
    case forEachLimit = "for-each-limit"
    case source

    static let owner = "a header of a dialect"
    static let example = "{ name: X-Limit, value: '{{limit.capacity}}' }"
}

enum RefusalKey: String, MappingKey {
    case limit, cause, retryable, status, headers, text, json, file, hint, source

    static let owner = "a refusal of a dialect"
    static let example = "{ status: 429 }"
}

enum HintKey: String, MappingKey {
    case header, format, from, lie

    static let owner = "a hint"
    static let example = "{ header: Retry-After, format: seconds }"
}
