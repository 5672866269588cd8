internal import Journal

/// A lane's journal as it was at an instant, not read yet: to take it is to share its segments, and the loop has no time
/// to make a million entries of them.
struct JournalSnapshot: Sendable {
    let journal: Journal
    let since: UInt64
    let hasEnded: Bool
    let redaction: Redaction

    var slice: JournalSlice {
        JournalSlice(
            entries: journal.entries(since: since, redaction: redaction), nextNumber: journal.nextNumber,
            dropped: journal.dropped, hasEnded: hasEnded)
    }
}
