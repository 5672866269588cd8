import Backoff
import BackoffClient
import Glibc
import HTTPSemantics
import HTTPTypes
import Mutants
import Simulation
import Upstream

/// The calls of a mutant. What it decides is the same code as in virtual time; libcurl makes each single attempt.
actor Process {
    private var client: ModelClient
    private var generator: SeededGenerator
    private let options: Options
    private let transport: BackoffClient
    private let start = ContinuousClock.now
    /// Calls that wait for an attempt to end, in order.
    private var blocked: [CheckedContinuation<Void, Never>] = []
    private var code: Int32 = 0

    init(_ behaviour: Behaviour, _ options: Options) throws {
        self.options = options
        client = ModelClient(behaviour, options.errand, started: .now)
        var system = SystemRandomNumberGenerator()
        generator = SeededGenerator(seed: system.next())
        // One attempt a call, and nothing that calls share: all of that is the mutant's business.
        var policy = BackoffPolicy()
        policy.attempts = 1
        policy.retryableStatuses = []
        var configuration = BackoffClient.Configuration(policy: policy)
        configuration.attemptTimeout = behaviour.attemptTimeout
        configuration.quota = nil
        configuration.budget = nil
        transport = try BackoffClient(configuration)
    }

    private var now: Instant { .zero + start.duration(to: .now) }

    func run() async -> Int32 {
        await withDiscardingTaskGroup { group in
            let limit = options.concurrency
            let (ended, end) = AsyncStream<Void>.makeStream()
            var endings = ended.makeAsyncIterator()
            for number in 0..<options.requests {
                if number >= limit { await endings.next() }
                if let rate = options.rate {
                    try? await Task.sleep(until: start + .seconds(Double(number) / rate), clock: .continuous)
                }
                group.addTask {
                    await self.call(number)
                    end.yield()
                }
            }
        }
        return code
    }

    private func call(_ number: Int) async {
        var call = client.begin(number, at: now, using: &generator)
        while true {
            guard await pass(&call) else { return fail(ExitCode.failed) }
            let request = client.request(&call, at: now, using: &generator)
            let outcome = await attempt(request, within: client.timeout(of: call, at: now))
            let step = client.next(after: outcome, in: &call, at: now, received: .now, using: &generator)
            for one in blocked { one.resume() }
            blocked = []
            switch step {
            case .retry(let wait): try? await Task.sleep(for: wait, tolerance: .zero)
            case .end(.crashed): return fail(ExitCode.crashed)
            case .end(.failed): return fail(ExitCode.failed)
            case .end(.succeeded):
                let output = client.output(of: call, after: outcome)
                print(String(decoding: output, as: UTF8.self), terminator: "")
                return
            }
        }
    }

    /// Waits for the next attempt of a call; false if it must not be made.
    private func pass(_ call: inout ModelClient.Call) async -> Bool {
        while true {
            switch client.admit(&call, at: now) {
            case .send: return true
            case .refuse: return false
            case .wait(let until?): try? await Task.sleep(for: until - now, tolerance: .zero)
            case .wait(until: nil): await withCheckedContinuation { blocked.append($0) }
            }
        }
    }

    private func fail(_ code: Int32) { self.code = max(self.code, code) }

    private func attempt(_ sent: UpstreamRequest, within timeout: Duration?) async -> AttemptOutcome {
        guard let method = HTTPRequest.Method(sent.method) else { preconditionFailure("no method: \(sent.method)") }
        var request = HTTPRequest(
            method: method, scheme: "http", authority: options.authority,
            path: String(decoding: sent.target, as: UTF8.self))
        for (name, value) in sent.fields.strings {
            guard let name = HTTPField.Name(name) else { continue }
            request.headerFields.append(HTTPField(name: name, value: value))
        }
        var policy = transport.configuration.policy
        policy.deadline = timeout
        do {
            let response = try await transport.perform(
                request, body: sent.method == "GET" ? nil : sent.body, policy: policy)
            return .response(AttemptOutcome.Response(response))
        } catch {
            if case .response = error.history.last?.outcome, let response = error.lastResponse {
                return .response(AttemptOutcome.Response(response))
            }
            guard case .failure(let failure) = error.history.last?.outcome else {
                return .failure(.timeout, mayHaveArrived: true)
            }
            return .failure(failure, mayHaveArrived: error.reason == .gaveUp(.mayHaveTakenEffect))
        }
    }
}

extension AttemptOutcome.Response {
    fileprivate init(_ response: BackoffResponse) {
        self.init(
            status: response.response.status.code,
            fields: FieldBlock(response.response.headerFields.map { ($0.name.rawName, $0.value) }), body: response.body)
    }
}

extension WallTime {
    fileprivate static var now: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
