/// Tickets, the oldest first, some of which are handed back before it is their turn.
struct TicketLine: Sendable {
    private var all: [FairQueue.Ticket] = []
    private var head = 0
    /// Without those that have given up.
    private var patient: Set<FairQueue.Ticket> = []

    var count: Int { patient.count }
    var isEmpty: Bool { patient.isEmpty }

    mutating func append(_ ticket: FairQueue.Ticket) {
        all.append(ticket)
        patient.insert(ticket)
        guard all.count > 64, all.count > patient.count * 2 else { return }
        all.removeAll { !patient.contains($0) }
        head = 0
    }

    /// - Returns: whether it was there.
    mutating func remove(_ ticket: FairQueue.Ticket) -> Bool { patient.remove(ticket) != nil }

    mutating func popFirst() -> FairQueue.Ticket? {
        while head < all.count {
            head += 1
            if let ticket = patient.remove(all[head - 1]) { return ticket }
        }
        all.removeAll(keepingCapacity: true)
        head = 0
        return nil
    }

    mutating func popLast() -> FairQueue.Ticket? {
        while all.count > head, let last = all.popLast() {
            if let ticket = patient.remove(last) { return ticket }
        }
        return nil
    }
}
