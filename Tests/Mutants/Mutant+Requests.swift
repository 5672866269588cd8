import Backoff
import HTTPSemantics
import Simulation
import Upstream

extension Mutant {
    /// What clients do wrong with the request that they send again.
    static let requests: [Mutant] = [
        Mutant(
            "keyless", "Replays POSTs of unknown fate without a key.",
            turns: .fail("ID-01").lost("ID-02", "ID-03", "ID-04")
        ) { behaviour in
            behaviour.send = { request, _ in request.setField("Idempotency-Key", nil) }
        },
        Mutant("new-keys", "Makes a new key for every attempt.", turns: .fail("ID-02", "ID-04")) { behaviour in
            behaviour.send = { request, moment in
                guard let key = request.fields["Idempotency-Key"] else { return }
                request.setField("Idempotency-Key", "\"\(moment.attempt)\(key.dropFirst())")
            }
        },
        Mutant("forgets-key", "Sends its key with the first attempt only.", turns: .fail("ID-01", "ID-02", "ID-04")) {
            behaviour in
            behaviour.send = { request, moment in
                if moment.attempt > 1 { request.setField("Idempotency-Key", nil) }
            }
        },
        Mutant("empty-body", "Sends the body once: a retry has none.", turns: .fail("BR-01", "BR-02", "ID-04")) {
            behaviour in
            behaviour.send = { request, moment in
                if moment.attempt > 1 { request.body = [] }
            }
        },
        Mutant("other-body", "Writes the number of the attempt into the body.", turns: .fail("BR-01", "ID-04")) {
            behaviour in
            behaviour.send = { request, moment in
                if !request.body.isEmpty { request.body[0] = UInt8(truncatingIfNeeded: moment.attempt) }
            }
        },
        Mutant("other-type", "Forgets the Content-Type of a retry.", turns: .fail("BR-01")) { behaviour in
            behaviour.send = { request, moment in
                if moment.attempt > 1 { request.setField("Content-Type", nil) }
            }
        },
        Mutant("one-key", "Has one key for all its calls.", turns: .fail("ID-03")) { behaviour in
            behaviour.send = { request, _ in
                if request.method == "POST" { request.setField("Idempotency-Key", "\"key\"") }
            }
        },
        Mutant(
            "fresh-key-after-409", "Makes a new key where the first is still in use.", turns: .fail("ID-04")
        ) { behaviour in
            behaviour.send = { request, moment in
                guard moment.status == 409 else { return }
                request.setField("Idempotency-Key", "\"another\"")
            }
        },
        Mutant("new-names", "Gives each attempt of a call another correlation id.", turns: .fail("HH-01")) {
            behaviour in
            behaviour.send = { request, moment in
                request.setField("X-Correlation-Id", "\(moment.attempt)")
            }
        },
        Mutant("lost-count", "Says of every retry that it is the first.", turns: .fail("HH-01")) { behaviour in
            behaviour.send = { request, moment in
                if moment.attempt > 1 { request.setField("X-Retry-Count", "1") }
            }
        },
    ]

    /// What they do wrong with responses that break.
    static let broken: [Mutant] = [
        Mutant("half-is-whole", "Takes half a response for a success.", turns: .fail("SP-01", "SP-02")) { behaviour in
            behaviour.step = { step, moment in
                if case .failure(.truncated, _, _) = moment.outcome { step = .end(.succeeded) }
            }
        },
        Mutant(
            "doubles", "Prints what had come of a broken response before the whole of the next.", turns: .fail("SP-02")
        ) { behaviour in
            // Where a response breaks, a quarter of it has come.
            behaviour.output = { output, moment in
                let part = output.prefix(output.count / 4)
                for _ in 1..<max(1, moment.attempt) { output = part + output }
            }
        },
        Mutant(
            "splices", "Asks for the rest of a broken response, and takes whatever part it gets for the whole.",
            turns: .fail("SP-02")
        ) { behaviour in
            behaviour.send = { request, moment in
                guard request.method == "GET", case .failure(.truncated, _, let part) = moment.outcome else { return }
                // A process has not kept what came: it knows how much the suite sends.
                request.setField("Range", "bytes=\(part?.body.count ?? 262_144)-")
            }
        },
        Mutant(
            "hot-reconnect", "Does not wait where a connection broke.", turns: .fail("CF-01")
        ) { behaviour in
            behaviour.decide = { decision, moment, _ in
                if case .failure = moment.outcome, case .wait = decision {
                    decision = .wait(.milliseconds(1), .backoff)
                }
            }
        },
        Mutant("hangs", "Waits for ever for a response.", turns: .fail("AT-02", "CF-03")) { $0.attemptTimeout = nil },
        Mutant(
            "lost-connections", "Gives up where a connection breaks that was used before.", turns: .fail("CF-02")
        ) { behaviour in
            behaviour.step = { step, moment in
                // A process of one call has no such connection.
                if moment.call > 0, case .failure = moment.outcome { step = .end(.failed) }
            }
        },
    ]
}

extension UpstreamRequest {
    /// Replaces a field; `nil`: takes it away.
    mutating func setField(_ name: String, _ value: String?) { fields = fields.setting(name, value) }
}
