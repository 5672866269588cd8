/// One line of a journal file: a JSON object (RFC 8259) in UTF-8 that ends with a line feed.
///
/// The first line is the header, every other one an entry, in the order in which things happened:
/// ```
/// {"journal":1,"lane":"lane-1","fixture":"first three 429","seed":7,"origin":{"seconds":1700000000,"nanoseconds":0}}
/// {"number":0,"at":1202,"exchange":1,"event":"arrived","connection":1,"method":"GET","target":"/","fields":[["Host","127.0.0.1:8080"]],"peer":"127.0.0.1:50000"}
/// {"number":1,"at":1202,"exchange":1,"event":"received","length":0,"digest":"e3b0…","complete":true}
/// {"number":2,"at":1300,"exchange":1,"event":"decided","source":"script","reply":0,"route":"* /*","attempt":1,"status":429,"delay":0,"limits":[]}
/// {"number":3,"at":1400,"exchange":1,"event":"replied","status":429,"fields":[["Retry-After","2"]]}
/// {"number":4,"at":1500,"exchange":1,"event":"completed"}
/// {"number":5,"at":1600,"exchange":2,"event":"aborted","reason":"client"}
/// {"number":6,"at":1700,"exchange":0,"event":"stalled","from":1600,"until":1700}
/// ```
/// Instants (`at`, `due`, `retry-at`, `reset-at`, `from`, `until`) and lengths of time (`delay`) are integers in
/// nanoseconds; instants count from the beginning of the lane's line, whose civil time the header's `origin` gives.
/// `source` is `script`, `limit`, `exhausted`, `unmatched` or `server`; a limit's name stands in `limit`, a server's
/// reason in `reason`. Keys without a value (`route`, `fault`, `due`, `retry-at`) are left out. A reader passes over
/// keys that it does not know, because later versions add some.
///
/// Fields are pairs, in the order of the wire. A byte of a field that is not UTF-8 is written as a lone surrogate,
/// 0xE9 as `\udce9`, as Python's `surrogateescape` does (PEP 383): nothing is lost, and other readers of JSON show a
/// replacement character.
public enum JournalLine: Hashable, Sendable {
    case header(JournalHeader)
    case entry(JournalEntry)
}
