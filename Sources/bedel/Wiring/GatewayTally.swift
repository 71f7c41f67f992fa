/// What a gateway believes about how many there are, from what it hears. A value.
struct GatewayTally {
    /// At least this one.
    private(set) var count = 1
    /// The database has not answered since.
    private var isDeaf = false

    /// - Returns: whether something is different now.
    mutating func heard(_ count: Int) -> Bool {
        // Of those who were cut off as well, not all have announced themselves again: whoever is missing is asked about once
        // more before anybody takes their share.
        let mayBeEarly = isDeaf && count < self.count
        isDeaf = false
        guard count != self.count, !mayBeEarly else { return false }
        self.count = count
        return true
    }

    /// The database is away; what was heard last is still the best guess.
    /// - Returns: whether that is news.
    mutating func heardNothing() -> Bool {
        defer { isDeaf = true }
        return !isDeaf
    }
}
