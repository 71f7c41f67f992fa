/// Which user ids are taken: an instance never shares its own with another that runs.
struct UserPool: Sendable {
    private let range: Range<UInt32>
    private var taken: Set<UInt32> = []
    private var next: UInt32

    init(_ range: Range<UInt32>) {
        self.range = range
        next = range.lowerBound
    }

    /// A free one, the longest unused first; nil when all are taken.
    mutating func take() -> UInt32? {
        guard taken.count < range.count else { return nil }
        while taken.contains(next) { advance() }
        defer { advance() }
        taken.insert(next)
        return next
    }

    mutating func giveBack(_ user: UInt32) { taken.remove(user) }

    private mutating func advance() {
        next = next + 1 == range.upperBound ? range.lowerBound : next + 1
    }
}
