internal import DequeModule

/// Parties of one line of which somebody waits: whose turn is next, and who has the most. Every change costs the same,
/// however many there are, as nobody may slow the others down by being many.
struct Crowd: Sendable {
    private struct Member {
        var tickets = TicketLine()
        var isInRing = false
    }

    private var members: [Party: Member] = [:]
    /// The next one first; some of them have given up.
    private var ring = Deque<Party>()
    /// Who has how many waiting: those with one, with two, and so on.
    private var byCount: [Set<Party>] = []
    /// Parties of which somebody waits.
    private var waitingParties = 0
    /// How many wait.
    private(set) var count = 0

    func count(of party: Party) -> Int { members[party]?.tickets.count ?? 0 }

    /// Whoever has the most; any of them, when there are several.
    var greediest: Party? { byCount.last?.first }

    mutating func add(_ ticket: FairQueue.Ticket, of party: Party) {
        change(party) { $0.append(ticket) }
        guard !(members[party]?.isInRing ?? true) else { return }
        members[party]?.isInRing = true
        ring.append(party)
    }

    /// - Returns: whether it was there.
    @discardableResult
    mutating func remove(_ ticket: FairQueue.Ticket, of party: Party) -> Bool {
        let wasThere = change(party) { $0.remove(ticket) } ?? false
        if ring.count > 64, ring.count > 2 * waitingParties { sweep() }
        return wasThere
    }

    /// Takes the last one of a party away.
    mutating func takeLast(of party: Party) -> FairQueue.Ticket? { change(party) { $0.popLast() } ?? nil }

    /// Whose turn it is, of those who may: each party one, then the others.
    mutating func next(where may: (Party) -> Bool) -> (ticket: FairQueue.Ticket, party: Party)? {
        for _ in 0..<ring.count {
            let party = ring.removeFirst()
            guard count(of: party) > 0 else {
                members[party] = nil
                continue
            }
            guard may(party), let ticket = change(party, { $0.popFirst() }) ?? nil else {
                ring.append(party)
                continue
            }
            if members[party] != nil { ring.append(party) }
            return (ticket, party)
        }
        return nil
    }

    // MARK: Inside

    private mutating func change<Result>(_ party: Party, _ body: (inout TicketLine) -> Result) -> Result? {
        var member = members.removeValue(forKey: party) ?? Member()
        let before = member.tickets.count
        let result = body(&member.tickets)
        let after = member.tickets.count
        if after > 0 || member.isInRing { members[party] = member }
        count += after - before
        note(party, had: before, has: after)
        return result
    }

    private mutating func note(_ party: Party, had before: Int, has after: Int) {
        guard before != after else { return }
        waitingParties += (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
        if before > 0 { byCount[before - 1].remove(party) }
        while byCount.count < after { byCount.append([]) }
        if after > 0 { byCount[after - 1].insert(party) }
        while byCount.last?.isEmpty ?? false { byCount.removeLast() }
    }

    private mutating func sweep() {
        for party in ring where count(of: party) == 0 { members[party] = nil }
        ring.removeAll { members[$0] == nil }
    }
}
