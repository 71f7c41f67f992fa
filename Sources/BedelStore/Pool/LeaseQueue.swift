/// Who has which connection, and who waits for one: the pool's decisions, without its doings.
///
/// First come, first served: a connection that comes back goes to whoever has waited longest, never to a newcomer.
struct LeaseQueue {
    typealias Ticket = UInt64

    /// Free slots; the one used last is taken first, so that a quiet house uses few connections.
    private var free: [Int]
    private var waiting: [Ticket] = []
    private let slots: Int
    private(set) var isClosed = false

    init(slots: Int) {
        self.slots = slots
        free = Array((0..<slots).reversed())
    }

    enum Answer: Equatable { case granted(Int), queued, closed }

    mutating func request(_ ticket: Ticket) -> Answer {
        if isClosed { return .closed }
        if let slot = free.popLast() { return .granted(slot) }
        waiting.append(ticket)
        return .queued
    }

    /// - Returns: who has the slot from now on; nil when it is free.
    mutating func release(_ slot: Int) -> Ticket? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        free.append(slot)
        return nil
    }

    /// - Returns: whether it was still waiting.
    mutating func abandon(_ ticket: Ticket) -> Bool {
        guard let place = waiting.firstIndex(of: ticket) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// - Returns: those who wait in vain.
    mutating func close() -> [Ticket] {
        isClosed = true
        defer { waiting = [] }
        return waiting
    }

    /// Closed, and everything has come back.
    var isDrained: Bool { isClosed && free.count == slots }
}
