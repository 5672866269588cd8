internal import Journal

/// A lane's journal as it was at an instant, not read yet: a million entries are taken in an instant and read in a
/// second, which the loop has not.
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
