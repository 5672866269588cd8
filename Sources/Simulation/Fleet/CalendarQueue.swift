/// Packed events in order of time, for millions of them: a calendar of 65,536 days of 1.024 ms, then what lies beyond.
///
/// A day is a chain of pages in one array: adding touches two places and allocates nothing, and reading a day fetches
/// from memory once for fifteen events (one event to a link took a quarter of the time that a million clients take). It
/// is sorted when it comes; what is added to it then goes to a heap beside it. After R. Brown, "Calendar Queues"
/// (Communications of the ACM, October 1988).
struct CalendarQueue {
    private struct Page {
        var events = InlineArray<15, UInt64>(repeating: 0)
        var count: Int32 = 0
        /// The next one of the day, or of those that are free.
        var next: Int32
    }

    /// A day is so many of the bits that an event has for time and whom it concerns.
    private static let dayShift: UInt64 = 26 + 10
    private static let days = 1 << 16
    private static let nobody: Int32 = -1

    private var heads = [Int32](repeating: nobody, count: days)
    /// A bit for each day that has events.
    private var occupied = [UInt64](repeating: 0, count: days / 64)
    private var pages: [Page] = []
    private var free = nobody
    /// Years that have not begun, in no order.
    private var far: [UInt64] = []
    private var year: UInt64 = 0
    /// The day under way, among those of the year.
    private var day = 0
    /// Its events, the last one first.
    private var today: [UInt64] = []
    /// What was added to it since it began.
    private var added = MinimumHeap()
    private(set) var count = 0

    mutating func push(_ event: PackedEvent) {
        count += 1
        let date = event.bits >> Self.dayShift
        let itsYear = date >> 16
        guard itsYear <= year else { return far.append(event.bits) }
        let itsDay = Int(truncatingIfNeeded: date & 0xFFFF)
        guard itsYear == year, itsDay > day else { return added.push(event.bits) }
        file(event.bits, itsDay)
    }

    mutating func pop() -> PackedEvent? {
        while true {
            if let next = today.last {
                count -= 1
                if let earlier = added.first, earlier < next { return PackedEvent(bits: added.pop()) }
                today.removeLast()
                return PackedEvent(bits: next)
            }
            if added.first != nil {
                count -= 1
                return PackedEvent(bits: added.pop())
            }
            guard advance() else { return nil }
        }
    }

    private mutating func file(_ bits: UInt64, _ itsDay: Int) {
        var page = Int(heads[itsDay])
        if page < 0 || pages[page].count == pages[page].events.count { page = addPage(itsDay) }
        pages[page].events[Int(pages[page].count)] = bits
        pages[page].count += 1
    }

    /// - Returns: an empty page at the head of a day.
    private mutating func addPage(_ itsDay: Int) -> Int {
        let page: Int
        if free >= 0 {
            page = Int(free)
            free = pages[page].next
            pages[page].count = 0
            pages[page].next = heads[itsDay]
        } else {
            page = pages.count
            pages.append(Page(next: heads[itsDay]))
        }
        heads[itsDay] = Int32(page)
        occupied[itsDay >> 6] |= 1 << UInt64(itsDay & 63)
        return page
    }

    /// Goes to the next day with events.
    ///
    /// - Returns: false if there is none.
    private mutating func advance() -> Bool {
        var next = occupiedDay(from: day + 1)
        while next == nil {
            guard let earliest = far.min() else { return false }
            year = Self.year(of: earliest)
            var later: [UInt64] = []
            later.reserveCapacity(far.count)
            for bits in far {
                if Self.year(of: bits) == year {
                    file(bits, Int(truncatingIfNeeded: bits >> Self.dayShift & 0xFFFF))
                } else {
                    later.append(bits)
                }
            }
            far = later
            next = occupiedDay(from: 0)
        }
        day = next!
        var page = Int(heads[day])
        heads[day] = Self.nobody
        occupied[day >> 6] &= ~(1 << UInt64(day & 63))
        while page >= 0 {
            for position in 0..<Int(pages[page].count) { today.append(pages[page].events[position]) }
            let following = pages[page].next
            pages[page].next = free
            free = Int32(page)
            page = Int(following)
        }
        today.sort(by: >)
        return true
    }

    private static func year(of bits: UInt64) -> UInt64 { bits >> (dayShift + 16) }

    private func occupiedDay(from first: Int) -> Int? {
        guard first < Self.days else { return nil }
        var word = first >> 6
        var bits = occupied[word] & (~0 << UInt64(first & 63))
        while bits == 0 {
            word += 1
            guard word < occupied.count else { return nil }
            bits = occupied[word]
        }
        return word << 6 + bits.trailingZeroBitCount
    }
}

/// A binary heap of packed events.
struct MinimumHeap {
    private var heap: [UInt64] = []

    var first: UInt64? { heap.first }

    mutating func push(_ value: UInt64) {
        heap.append(value)
        var position = heap.count - 1
        while position > 0, value < heap[(position - 1) / 2] {
            heap[position] = heap[(position - 1) / 2]
            position = (position - 1) / 2
        }
        heap[position] = value
    }

    /// - Precondition: it is not empty.
    mutating func pop() -> UInt64 {
        let result = heap[0]
        let value = heap.removeLast()
        guard !heap.isEmpty else { return result }
        var position = 0
        while 2 * position + 1 < heap.count {
            var child = 2 * position + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < value else { break }
            heap[position] = heap[child]
            position = child
        }
        heap[position] = value
        return result
    }
}
