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
    ///   - current: the state of the upstream.
    ///   - elapsed: since the lane began or was reset.
    func holds(in current: Int, after elapsed: Duration, _ draw: Draw) -> Bool {
        if let state, state != current { return false }
        guard elapsed >= from else { return false }
        if let until, elapsed >= until { return false }
        guard let chance else { return true }
        return draw.millionths < chance.millionths(after: elapsed - from)
    }
}

extension Chance {
    /// In millionths.
    func millionths(after elapsed: Duration) -> Int {
        guard elapsed < over else { return end }
        return start + Int(Double(end - start) * (elapsed.inSeconds / over.inSeconds))
    }
}
