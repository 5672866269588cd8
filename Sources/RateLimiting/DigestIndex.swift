/// Finds positions in somebody's array by 64-bit digests: a table of 32-bit positions with open addressing.
///
/// The digests stay with their owner, who is asked for them, so a place takes 4 bytes; a dictionary with the same keys
/// takes 12 and hashes digests once more, which was the greater part of looking up a key.
public struct DigestIndex: Sendable {
    /// -1: free. Their number is a power of two, and a third of them at least is free.
    @usableFromInline var places: [Int32] = []
    /// How many positions it has.
    public private(set) var count = 0

    public init() {}

    /// The place where the search for a digest begins. Multiplied, because not every digest is well mixed.
    @inlinable
    func home(_ digest: UInt64) -> Int {
        Int(truncatingIfNeeded: (digest &* 0x9E37_79B9_7F4A_7C15) >> 32) & (places.count - 1)
    }

    /// The position with a digest that `isWanted`, of several with the same digest or place.
    @inlinable
    public func find(_ digest: UInt64, where isWanted: (Int32) -> Bool) -> Int32? {
        guard !places.isEmpty else { return nil }
        var place = home(digest)
        while places[place] >= 0 {
            if isWanted(places[place]) { return places[place] }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// Adds a position that it does not have.
    ///
    /// - Parameter digest: tells the digest of a position.
    public mutating func insert(_ position: Int32, _ own: UInt64, digest: (Int32) -> UInt64) {
        if (count + 1) * 3 > places.count * 2 {
            let former = places
            places = Array(repeating: -1, count: max(8, former.count * 2))
            for position in former where position >= 0 { put(position, digest(position)) }
        }
        put(position, own)
        count += 1
    }

    private mutating func put(_ position: Int32, _ digest: UInt64) {
        var place = home(digest)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = position
    }

    /// Removes a position that it has, and moves those that the search for them would no longer reach.
    public mutating func remove(_ position: Int32, _ own: UInt64, digest: (Int32) -> UInt64) {
        let mask = places.count - 1
        var hole = home(own)
        while places[hole] != position { hole = (hole + 1) & mask }
        var place = (hole + 1) & mask
        while places[place] >= 0 {
            // One may move back to the hole if that is not before its home.
            let distance = (place - home(digest(places[place]))) & mask
            if distance >= (place - hole) & mask {
                places[hole] = places[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        places[hole] = -1
        count -= 1
    }
}
