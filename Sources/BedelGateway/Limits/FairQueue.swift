internal import BedelDomain

/// Whose turn is it? A request goes at once while there is room for all, for its line and for its party in it; else it
/// waits. Whenever one comes back, the lines are asked in turn, and in each line its parties, one request each (round
/// robin: deficit round robin, Shreedhar and Varghese 1995, with requests of one size). So a class that sends ten thousand
/// requests is served as often as one that sends ten, and within a class so is a person. A value: no sockets, no clock.
struct FairQueue: Sendable {
    struct Limits: Equatable, Sendable {
        /// Requests on their way, of all lines.
        var atOnce: Int
        /// Of one line.
        var perProfile: Int
        /// Of one party in a line.
        var perParty: Int
        /// Requests of one line that may wait.
        var waiting: Int
        /// Of one party in a line.
        var waitingPerParty: Int
    }

    /// Who shares.
    enum Line: Hashable, Sendable {
        case console
        /// What is everybody's.
        case platform
        case profile(Label)
    }

    /// Where a request stands.
    struct Place: Hashable, Sendable {
        let line: Line
        let party: Party
    }

    /// Who waits.
    struct Ticket: Hashable, Sendable { fileprivate let number: UInt64 }

    enum Entry: Equatable, Sendable {
        case go
        /// - Parameter insteadOf: whoever has the most in this line loses their last, when it is full.
        case wait(Ticket, insteadOf: Ticket?)
        case full
    }

    private struct Share {
        var running = 0
        var waiting = TicketLine()
        var isIdle: Bool { running == 0 && waiting.isEmpty }
    }

    private struct Turns {
        var running = 0
        var waiting = 0
        /// Parties of which somebody waits, the next one first.
        var ring: [Party] = []
        var isIdle: Bool { running == 0 && waiting == 0 }
    }

    private let limits: Limits
    private var lines: [Line: Turns] = [:]
    private var shares: [Place: Share] = [:]
    /// Lines in which somebody waits, the next one first.
    private var ring: [Line] = []
    private(set) var running = 0
    private(set) var waitingCount = 0
    private var lastNumber: UInt64 = 0

    init(_ limits: Limits) { self.limits = limits }

    mutating func enter(_ place: Place) -> Entry {
        if running < limits.atOnce, lines[place.line, default: Turns()].running < limits.perProfile {
            let share = shares[place, default: Share()]
            if share.running < limits.perParty, share.waiting.isEmpty {
                begin(place)
                return .go
            }
        }
        guard shares[place]?.waiting.count ?? 0 < limits.waitingPerParty else { return .full }
        guard lines[place.line]?.waiting ?? 0 >= limits.waiting else { return .wait(add(place), insteadOf: nil) }
        guard let evicted = evict(for: place) else { return .full }
        return .wait(add(place), insteadOf: evicted)
    }

    /// One that went has come to its end.
    /// - Returns: whose turn it is now; they have entered.
    mutating func leave(_ place: Place) -> [Ticket] {
        running -= 1
        lines[place.line]?.running -= 1
        shares[place]?.running -= 1
        let next = ring.isEmpty ? [] : admit()
        forgetIfIdle(place)
        return next
    }

    /// One that waited does not any more.
    mutating func giveUp(_ ticket: Ticket, _ place: Place) {
        guard shares[place]?.waiting.remove(ticket) ?? false else { return }
        noteGone(place.line)
        forgetIfIdle(place)
    }

    // MARK: Inside

    private mutating func begin(_ place: Place) {
        running += 1
        lines[place.line, default: Turns()].running += 1
        shares[place, default: Share()].running += 1
    }

    private mutating func add(_ place: Place) -> Ticket {
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        if !ring.contains(place.line) { ring.append(place.line) }
        if shares[place]?.waiting.isEmpty ?? true, !(lines[place.line]?.ring.contains(place.party) ?? false) {
            lines[place.line, default: Turns()].ring.append(place.party)
        }
        lines[place.line, default: Turns()].waiting += 1
        shares[place, default: Share()].waiting.append(ticket)
        waitingCount += 1
        return ticket
    }

    private mutating func noteGone(_ line: Line) {
        lines[line]?.waiting -= 1
        waitingCount -= 1
    }

    /// Those who do not say who they are go first, then whoever has more than one more than the one who comes.
    private mutating func evict(for place: Place) -> Ticket? {
        func weight(_ party: Party) -> (Int, Int) {
            (party.isKnown ? 0 : 1, shares[Place(line: place.line, party: party)]?.waiting.count ?? 0)
        }
        let parties = lines[place.line]?.ring.filter { weight($0).1 > 0 } ?? []
        guard let greediest = parties.max(by: { weight($0) < weight($1) }) else { return nil }
        let (theirs, mine) = (weight(greediest), weight(place.party))
        guard theirs.0 > mine.0 || theirs.0 == mine.0 && theirs.1 > mine.1 + 1,
            let ticket = shares[Place(line: place.line, party: greediest)]?.waiting.popLast()
        else { return nil }
        noteGone(place.line)
        return ticket
    }

    private mutating func admit() -> [Ticket] {
        var admitted: [Ticket] = []
        var looked = 0
        while running < limits.atOnce, looked < ring.count {
            let line = ring.removeFirst()
            guard let turns = lines[line], turns.waiting > 0 else { continue }
            guard turns.running < limits.perProfile, let ticket = next(in: line) else {
                ring.append(line)
                looked += 1
                continue
            }
            admitted.append(ticket)
            looked = 0
            if lines[line]?.waiting ?? 0 > 0 { ring.append(line) }
        }
        return admitted
    }

    private mutating func next(in line: Line) -> Ticket? {
        var looked = 0
        while let parties = lines[line]?.ring, looked < parties.count {
            let place = Place(line: line, party: parties[0])
            lines[line]?.ring.removeFirst()
            guard let share = shares[place], !share.waiting.isEmpty else { continue }
            guard share.running < limits.perParty, let ticket = shares[place]?.waiting.popFirst() else {
                lines[line]?.ring.append(place.party)
                looked += 1
                continue
            }
            begin(place)
            noteGone(line)
            if !(shares[place]?.waiting.isEmpty ?? true) { lines[line]?.ring.append(place.party) }
            return ticket
        }
        return nil
    }

    private mutating func forgetIfIdle(_ place: Place) {
        if shares[place]?.isIdle ?? false { shares[place] = nil }
        guard lines[place.line]?.isIdle ?? false else { return }
        lines[place.line] = nil
        if !ring.isEmpty { ring.removeAll { $0 == place.line } }
    }
}

/// Tickets, the oldest first, some of which are handed back before it is their turn.
private struct TicketLine {
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
