/// How many there are of each. Of whom there are none is forgotten now and then only, and all of them together: whoever comes
/// and goes all the time would be put in and taken out all the time.
struct Tally<Key: Hashable & Sendable>: Sendable {
    private var counts: [Key: Int] = [:]
    /// With more, those of whom there are none are looked for.
    private var room = Self.leastRoom
    private static var leastRoom: Int { 64 }

    subscript(_ key: Key) -> Int { counts[key] ?? 0 }

    /// How many are kept, those of whom there are none among them.
    var keptCount: Int { counts.count }

    /// One more, unless there are so many.
    /// - Returns: whether it was added.
    mutating func add(_ key: Key, below limit: Int) -> Bool {
        let isAdded = Self.increase(&counts[key, default: 0], below: limit)
        if counts.count > room { forgetAbsent() }
        return isAdded
    }

    mutating func remove(_ key: Key) {
        guard let index = counts.index(forKey: key), counts.values[index] > 0 else { return }
        counts.values[index] -= 1
    }

    private static func increase(_ count: inout Int, below limit: Int) -> Bool {
        guard count < limit else { return false }
        count += 1
        return true
    }

    /// So much room is left that each of those who come until the next time pays for a bounded part of it.
    private mutating func forgetAbsent() {
        let present = counts.filter { $0.value > 0 }
        room = max(Self.leastRoom, 2 * present.count)
        // For all who may come until the next time at once, and not again and again while they do.
        counts = Dictionary(minimumCapacity: room + 1)
        counts.merge(present) { $1 }
    }
}
