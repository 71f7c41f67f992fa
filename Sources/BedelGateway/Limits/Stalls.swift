internal import NIOCore

/// Whose answers wait unread, each of which keeps a connection to an upstream from everybody else. So many at the same time
/// may one party have on one event loop; who has more may ask for nothing new until they read. A value: no sockets.
struct Stalls: Sendable {
    private let limit: Int
    private var counts: [Party: Int] = [:]
    private(set) var total = 0

    init(perParty limit: Int) { self.limit = limit }

    mutating func begin(_ party: Party) {
        counts[party, default: 0] += 1
        total += 1
    }

    mutating func end(_ party: Party) {
        guard let count = counts[party] else { return }
        counts[party] = count > 1 ? count - 1 : nil
        total -= 1
    }

    func hasTooMany(_ party: Party) -> Bool { total > 0 && counts[party, default: 0] >= limit }

    /// When there are too many of all parties, those that have waited longest make room.
    /// - Parameter since: for each, when it stopped reading.
    /// - Returns: indices of those that have to go.
    static func surplus(_ since: [NIODeadline], over limit: Int) -> [Int] {
        guard since.count > limit else { return [] }
        return Array(since.indices.sorted { since[$0] < since[$1] }.prefix(since.count - limit))
    }
}
