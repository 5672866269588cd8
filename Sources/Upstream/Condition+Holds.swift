internal import Fixtures
internal import HTTPSemantics

extension Condition {
    /// What is drawn when a chance is asked: one number for every time, the same for the same seed.
    struct Draw {
        var seed: UInt64
        /// Positions in the fixture and in the route.
        var route: Int
        var reply: Int
        /// How often the route's script was asked.
        var number: Int

        /// 0 up to, not including, ``Fixtures/Chance/whole``. Each reply of each route draws from a sequence of its
        /// own, so that traffic elsewhere does not change it.
        var millionths: Int {
            var mixed = SeededGenerator(seed: seed ^ UInt64(route) << 32 ^ UInt64(reply))
            var generator = SeededGenerator(seed: mixed.next() &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03)
            return Int(generator.next(upperBound: UInt64(Chance.whole)))
        }
    }

    /// - Parameters:
    ///   - asked: the request, and the parts of its target.
    ///   - current: the state of the upstream.
    ///   - elapsed: since the lane began or was reset.
    func holds(
        for asked: (request: UpstreamRequest, target: RequestTarget), in current: Int, after elapsed: Duration,
        _ draw: Draw
    ) -> Bool {
        if let state, state != current { return false }
        guard elapsed >= from else { return false }
        if let until, elapsed >= until { return false }
        guard request.allSatisfy({ $0.holds(for: asked.request, asked.target) }) else { return false }
        guard let chance else { return true }
        return draw.millionths < chance.millionths(after: elapsed - from)
    }
}

extension RequestCondition {
    fileprivate func holds(for request: UpstreamRequest, _ target: RequestTarget) -> Bool {
        let value: [UInt8]? =
            switch subject {
            case .header(let name): request.fields.firstValue(of: name).map { Array($0) }
            case .query(let name): target.queryValue(name)
            case .json(let pointer): JSONScanner.value(at: pointer, in: request.body)?.text
            }
        return switch test {
        case .present(let wanted): (value != nil) == wanted
        case .equals(let text): value.map { $0.elementsEqual(text.utf8) } ?? false
        case .contains(let text): value.map { $0.contains(Array(text.utf8)) } ?? false
        }
    }
}

extension Chance {
    /// In millionths.
    func millionths(after elapsed: Duration) -> Int {
        guard elapsed < over else { return end }
        return start + Int(Double(end - start) * (elapsed.inSeconds / over.inSeconds))
    }
}
