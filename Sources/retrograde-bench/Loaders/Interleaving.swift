/// A B A B …: what slows the machine for a while slows all sides.
struct Interleaving {
    let rounds: Int

    /// - Returns: for each side, the figures of its rounds in order. One more round warms up, whatever comes of it.
    func run<Figures>(_ sides: [() throws -> Figures]) throws -> [[Figures]] {
        for side in sides { _ = try? side() }
        var figures = [[Figures]](repeating: [], count: sides.count)
        for _ in 0..<rounds {
            for (index, side) in sides.enumerated() { figures[index].append(try side()) }
        }
        return figures
    }
}
