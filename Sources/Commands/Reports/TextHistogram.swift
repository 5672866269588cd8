internal import Grading

/// A histogram in characters, a line for each series: `█▁··` came almost all at once.
struct TextHistogram {
    /// Columns for everything.
    var width: Int

    private static let levels = Array("▁▂▃▄▅▆▇█")

    func lines(_ histogram: Histogram) -> [String] {
        let names = histogram.series.map { TextLayout.truncate(Printable.text($0.name), width: 24) }
        let nameWidth = names.map(\.count).max() ?? 0
        let bins = histogram.series.map(\.counts.count).max() ?? 0
        guard bins > 0, nameWidth + 2 + bins <= width else { return [] }
        let highest = max(histogram.series.flatMap(\.counts).max() ?? 1, 1)
        let lines = zip(histogram.series, names).map { series, name in
            "\(TextLayout.pad(name, width: nameWidth))  \(String(series.counts.map { Self.bar($0, of: highest) }))"
        }
        let end = histogram.start + histogram.binWidth * Double(bins)
        let scale = "\(SVG.seconds(histogram.start)) to \(SVG.seconds(end)) after \(Printable.text(histogram.origin))"
        return lines + [String(repeating: " ", count: nameWidth + 2) + scale]
    }

    /// The smallest bar for the smallest count: one is not nothing.
    private static func bar(_ count: Int, of highest: Int) -> Character {
        count == 0 ? "·" : levels[(count * levels.count + highest - 1) / highest - 1]
    }
}
