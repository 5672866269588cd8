internal import HTTPSemantics

extension Delay {
    /// Reads `120ms`, `{ uniform: [50ms, 2s] }` and the other distributions.
    init?(_ value: Value) {
        guard value.isMapping else {
            guard let delay = value.delay("a delay") else { return nil }
            self = .fixed(delay)
            return
        }
        guard let mapping = value.mapping(of: DelayKey.self) else { return nil }
        let present = mapping.present(DelayKey.allCases)
        for extra in present.dropFirst() {
            mapping.error("a second distribution; \"\(present[0].rawValue)\" is one already", at: extra)
        }
        guard let key = present.first else {
            mapping.missing("a delay needs one of \(DelayKey.names.listed("and")), as in \(DelayKey.example)")
            return nil
        }
        guard let delay = mapping[key].flatMap({ Self.distribution(key, $0) }) else { return nil }
        self = delay
    }

    private static func distribution(_ key: DelayKey, _ value: Value) -> Delay? {
        switch key {
        case .uniform:
            guard let bounds = value.delays("two delays: [50ms, 2s]") else { return nil }
            guard bounds.count == 2, bounds[0] <= bounds[1] else {
                value.error("expected two delays, the shorter one first: [50ms, 2s]")
                return nil
            }
            return .uniform(bounds[0], bounds[1])
        case .normal:
            let mapping = value.mapping(of: NormalKey.self)
            let mean = mapping?.required(.mean, "mean: 100ms")?.delay("a mean")
            let deviation = mapping?.required(.deviation, "deviation: 20ms")?.delay("a deviation")
            guard let mean, let deviation else { return nil }
            return .normal(mean: mean, deviation: deviation)
        case .lognormal:
            let mapping = value.mapping(of: LognormalKey.self)
            let median = mapping?.required(.median, "median: 100ms")?.delay("a median")
            let sigma = mapping?.required(.sigma, "sigma: 0.5").flatMap(sigma)
            guard let median, let sigma else { return nil }
            return .lognormal(median: median, sigma: sigma)
        case .measured:
            guard let delays = value.delays("measured delays") else { return nil }
            if delays.isEmpty { value.error("at least one measured delay") }
            return .measured(delays)
        }
    }

    private static func sigma(_ value: Value) -> Double? {
        guard let scalar = value.scalar, scalar.isNumber || value.node.parameter != nil,
            let sigma = Double(scalar.text), (0...10).contains(sigma)
        else {
            value.expected("a number from 0 to 10 such as 0.5")
            return nil
        }
        return sigma
    }
}

extension Value {
    fileprivate func delay(_ what: String) -> Duration? { duration(what, in: .zero...Delay.longest) }

    /// `nil` if one of them cannot be read.
    fileprivate func delays(_ what: String) -> [Duration]? {
        guard let values = list(what) else { return nil }
        let delays = values.compactMap { $0.delay("a delay") }
        return delays.count == values.count ? delays : nil
    }
}
