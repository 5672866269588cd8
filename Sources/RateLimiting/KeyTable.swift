/// State per key in bounded memory, in the order of last use.
///
/// The least recently used keys are looked at first: those whose state says nothing any more (a quota that is full
/// again) go as new keys come, two for every one, so the table follows the number of active keys. At the capacity
/// the least recently used key goes whatever its state, which forgets what it had used. No call walks the table.
public struct KeyTable<State: Sendable>: Sendable {
    /// A key, its state, and its neighbours in the order of use.
    @usableFromInline
    struct Slot: Sendable {
        @usableFromInline var key: LimitKey
        @usableFromInline var older: Int32
        @usableFromInline var newer: Int32
        @usableFromInline var state: State

        @usableFromInline
        init(key: LimitKey, older: Int32, newer: Int32, state: State) {
            self.key = key
            self.older = older
            self.newer = newer
            self.state = state
        }
    }

    /// The largest number of keys kept.
    public let capacity: Int
    /// Where in ``slots`` the keys are.
    @usableFromInline var positions = DigestIndex()
    @usableFromInline var slots: [Slot] = []
    @usableFromInline var free: [Int32] = []
    /// -1: none.
    @usableFromInline var oldest: Int32 = -1
    @usableFromInline var newest: Int32 = -1

    public init(capacity: Int) {
        precondition((1...Int(Int32.max)).contains(capacity), "a table keeps at least one key")
        self.capacity = capacity
    }

    public var count: Int { positions.count }

    @inlinable
    public subscript(key: LimitKey) -> State? {
        guard let position = position(of: key) else { return nil }
        return slots[Int(position)].state
    }

    @inlinable
    func position(of key: LimitKey) -> Int32? {
        positions.find(key.digest) { slots[Int($0)].key == key }
    }

    /// The keys used last, the last one first.
    public func recentKeys(atMost count: Int) -> [LimitKey] {
        var keys: [LimitKey] = []
        var position = newest
        while position >= 0, keys.count < count {
            keys.append(slots[Int(position)].key)
            position = slots[Int(position)].older
        }
        return keys
    }

    /// Changes the state of a key in place and makes it the most recently used.
    ///
    /// - Parameters:
    ///   - fresh: the state of a key that is not kept.
    ///   - isSpent: whether a state equals that of a key that is not kept.
    @inlinable
    public mutating func update(
        _ key: LimitKey, fresh: State, isSpent: (State) -> Bool, change: (inout State) -> Void
    ) {
        if let position = position(of: key) {
            change(&slots[Int(position)].state)
            if position != newest {
                unlink(position)
                link(position)
            }
            return
        }
        for _ in 0..<2 {
            guard oldest >= 0, isSpent(slots[Int(oldest)].state) else { break }
            removeOldest(leaving: fresh)
        }
        if positions.count >= capacity { removeOldest(leaving: fresh) }
        var state = fresh
        change(&state)
        let slot = Slot(key: key, older: -1, newer: -1, state: state)
        let position: Int32
        if let reused = free.popLast() {
            position = reused
            slots[Int(position)] = slot
        } else {
            position = Int32(slots.count)
            slots.append(slot)
        }
        positions.insert(position, key.digest) { [slots] in slots[Int($0)].key.digest }
        link(position)
    }

    /// Forgets a key, if it is kept.
    public mutating func remove(_ key: LimitKey) {
        guard let position = position(of: key) else { return }
        positions.remove(position, key.digest) { [slots] in slots[Int($0)].key.digest }
        unlink(position)
        free.append(position)
    }

    /// - Parameter fresh: what stands in the place that has become free, so that it holds no memory.
    @usableFromInline
    mutating func removeOldest(leaving fresh: State) {
        let position = oldest
        remove(slots[Int(position)].key)
        slots[Int(position)].state = fresh
    }

    @usableFromInline
    mutating func unlink(_ position: Int32) {
        let (older, newer) = (slots[Int(position)].older, slots[Int(position)].newer)
        if older >= 0 { slots[Int(older)].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[Int(newer)].older = older } else { newest = older }
    }

    @usableFromInline
    mutating func link(_ position: Int32) {
        slots[Int(position)].older = newest
        slots[Int(position)].newer = -1
        if newest >= 0 { slots[Int(newest)].newer = position } else { oldest = position }
        newest = position
    }
}
