public import HTTPSemantics

extension WallStep {
    /// Every time that the lane's civil clock was set, in order.
    public static func gather(_ entries: [JournalEntry]) -> [WallStep] {
        entries.compactMap { entry in
            if case .clockStepped(let duration) = entry.event { WallStep(at: entry.instant, by: duration) } else { nil }
        }
    }
}
