extension Evidence {
    /// What this machine adds to delays that are constant: the widest late-trimmed range of the built-in client
    /// without jitter, in seconds; `nil` where it was not run.
    public var noiseFloor: Double? {
        guard let runs = runs[Ladder.reference(self).kind] else { return nil }
        return Ladder(runs).delays.map { TrimmedRange($0.values).width }.max()
    }
}
