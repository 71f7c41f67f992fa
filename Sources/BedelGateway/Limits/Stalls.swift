internal import DequeModule

/// Whose answers wait unread, each of which keeps memory, and mostly a connection to an upstream, from everybody else. So
/// many at the same time may one party have on one event loop; who has more may ask for nothing new until they read. Of
/// all parties together there may be so many; then whoever has waited longest makes room. A value: no sockets.
struct Stalls<Holder> {
    struct Mark: Hashable, Sendable {
        fileprivate let number: UInt64
        fileprivate let party: Party
    }

    private let perParty: Int
    private let limit: Int
    private var counts: [Party: Int] = [:]
    private var holders: [UInt64: Holder] = [:]
    /// The oldest first; those that have ended are still in it for a while.
    private var order = Deque<Mark>()
    private var lastNumber: UInt64 = 0

    init(perParty: Int, limit: Int) {
        self.perParty = perParty
        self.limit = limit
    }

    var total: Int { holders.count }

    func hasTooMany(_ party: Party) -> Bool { total > 0 && counts[party, default: 0] >= perParty }

    mutating func begin(_ party: Party, _ holder: Holder) -> Mark {
        lastNumber += 1
        let mark = Mark(number: lastNumber, party: party)
        counts[party, default: 0] += 1
        holders[mark.number] = holder
        order.append(mark)
        if order.count > 64, order.count > 2 * holders.count { order.removeAll { holders[$0.number] == nil } }
        return mark
    }

    /// It has been read, or made room already.
    mutating func end(_ mark: Mark) {
        guard holders.removeValue(forKey: mark.number) != nil, let count = counts[mark.party] else { return }
        counts[mark.party] = count > 1 ? count - 1 : nil
    }

    /// - Returns: who has to make room, and is not counted any more; nil when there is enough.
    mutating func takeSurplus() -> (holder: Holder, mark: Mark)? {
        guard holders.count > limit else { return nil }
        while let mark = order.popFirst() {
            guard let holder = holders[mark.number] else { continue }
            end(mark)
            return (holder, mark)
        }
        return nil
    }
}
