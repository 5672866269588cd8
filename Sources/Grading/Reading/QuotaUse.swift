import HTTPSemantics
import Journal

/// What a run of many calls made of the limits of its upstream.
struct QuotaUse {
    /// In order of arrival.
    var admitted: [Exchange]
    var refused: [Exchange]
    /// When the first request arrived.
    var start: Instant
    var run: Run

    /// `nil` where no request arrived.
    init?(_ run: Run) {
        guard let first = run.exchanges.first else { return nil }
        start = first.arrivedAt
        self.run = run
        refused = run.exchanges.filter(\.isRefusedByLimit)
        admitted = run.exchanges.filter { !$0.isRefusedByLimit }
    }

    var requests: Int { admitted.count + refused.count }

    /// The share of requests that were worth sending: eta_Q.
    var efficiency: Double { Double(admitted.count) / Double(max(1, requests)) }

    /// The median time that an admitted request took, in seconds.
    var service: Double {
        Sample(admitted.compactMap { exchange in exchange.endedAt.map { ($0 - exchange.arrivedAt).inSeconds } }).median
    }

    /// From the first request to the arrival of the last that was admitted, in seconds.
    var lastAdmission: Double { admission(at: 1) }

    /// From the first request until this share of what was admitted was, in seconds.
    func admission(at share: Double) -> Double {
        let position = Int((share * Double(admitted.count)).rounded(.up)) - 1
        guard admitted.indices.contains(position) else { return 0 }
        return (admitted[position].arrivedAt - start).inSeconds
    }

    /// The longest time in which requests came and none was admitted, in seconds: from an admission, or the first
    /// request, to the last refusal before the next. A client that sleeps while all is open is not locked out.
    var longestDrought: Double {
        var longest = 0.0
        var begin = start
        for exchange in run.exchanges {
            if exchange.isRefusedByLimit {
                longest = max(longest, (exchange.arrivedAt - begin).inSeconds)
            } else {
                begin = exchange.arrivedAt
            }
        }
        return longest
    }

    /// Whether a refusal said when to come back.
    var announces: Bool {
        run.exchanges.contains { exchange in
            ["Retry-After", "RateLimit", "RateLimit-Reset"].contains {
                exchange.reply?.fields.firstValue(of: $0) != nil
            }
        }
    }

    /// `91 admitted, 9 refused`.
    var counts: String { "\(admitted.count) admitted, \(refused.count) refused" }
}

extension Exchange {
    /// Whether a limit of the upstream refused it.
    var isRefusedByLimit: Bool { if case .limit = decision?.source { true } else { false } }
}
