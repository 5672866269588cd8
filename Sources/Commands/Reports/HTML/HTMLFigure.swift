internal import Grading

/// A picture as a figure of the page.
enum HTMLFigure {
    static func markup(_ picture: Picture) -> Markup {
        switch picture {
        case .timeline(let timeline): TimelineFigure(timeline).markup
        case .ladder(let plot): LadderFigure(plot).markup
        case .histogram(let histogram): HistogramFigure(histogram).markup
        }
    }
}
