internal import BedelDomain

/// Whose turn is it? A request goes at once while there is room for all, for its line and for its party in it; else it
/// waits. Whenever one comes back, the lines are asked in turn, in each line those who say who they are and those who do
/// not, and of each its parties, one request each (round robin: deficit round robin, Shreedhar and Varghese 1995, with
/// requests of one size). So a class that sends ten thousand requests is served as often as one that sends ten, within a
/// class so is a person, and strangers can be as many as they like: all of a line have a bounded number of places together,
/// and of theirs only so many begin in a round of the event loop. A value: no sockets, no clock.
struct FairQueue: Sendable {
    struct Limits: Equatable, Sendable {
        /// Requests on their way, of all lines.
        var atOnce: Int
        /// Of one line.
        var perProfile: Int
        /// Of one party in a line.
        var perParty: Int
        /// Of all in a line who do not say who they are.
        var strangers: Int
        /// Requests of such that begin before ``newRound()``.
        var strangersInARound: Int
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

    private struct Turns {
        var running = 0
        var strangersRunning = 0
        var people = Crowd()
        var strangers = Crowd()
        var peopleAreNext = true
        var waiting: Int { people.count + strangers.count }
        var isIdle: Bool { running == 0 && waiting == 0 }

        subscript(_ party: Party) -> Crowd {
            get { party.isKnown ? people : strangers }
            _modify { if party.isKnown { yield &people } else { yield &strangers } }
        }
    }

    private let limits: Limits
    private var lines: [Line: Turns] = [:]
    private var runningOf: [Place: Int] = [:]
    /// Lines in which somebody waits, the next one first.
    private var ring: [Line] = []
    private(set) var running = 0
    private(set) var waitingCount = 0
    /// How many more strangers may begin before ``newRound()``.
    private(set) var strangersLeft: Int
    private var lastNumber: UInt64 = 0

    init(_ limits: Limits) {
        self.limits = limits
        strangersLeft = limits.strangersInARound
    }

    mutating func enter(_ place: Place) -> Entry {
        let waitingOfParty = waitingCount == 0 ? 0 : lines[place.line]?[place.party].count(of: place.party) ?? 0
        if running < limits.atOnce, waitingOfParty == 0, lines[place.line]?.running ?? 0 < limits.perProfile,
            runningOf[place] ?? 0 < limits.perParty,
            place.party.isKnown || mayStrangers(place.line)
        {
            begin(place)
            return .go
        }
        guard waitingOfParty < limits.waitingPerParty else { return .full }
        guard lines[place.line]?.waiting ?? 0 >= limits.waiting else { return .wait(add(place), insteadOf: nil) }
        guard let evicted = evict(for: place) else { return .full }
        return .wait(add(place), insteadOf: evicted)
    }

    /// One that went has come to its end.
    /// - Returns: whose turn it is now; they have entered.
    mutating func leave(_ place: Place) -> [Ticket] {
        running -= 1
        lines[place.line]?.running -= 1
        if !place.party.isKnown { lines[place.line]?.strangersRunning -= 1 }
        if let others = runningOf[place].map({ $0 - 1 }) { runningOf[place] = others > 0 ? others : nil }
        let next = ring.isEmpty ? [] : admit()
        forgetIfIdle(place.line)
        return next
    }

    /// Everybody else was looked at since the last strangers began.
    /// - Returns: whose turn it is now; they have entered.
    mutating func newRound() -> [Ticket] {
        strangersLeft = limits.strangersInARound
        return ring.isEmpty ? [] : admit()
    }

    /// One that waited does not any more.
    mutating func giveUp(_ ticket: Ticket, _ place: Place) {
        guard lines[place.line]?[place.party].remove(ticket, of: place.party) ?? false else { return }
        waitingCount -= 1
        forgetIfIdle(place.line)
    }

    // MARK: Inside

    private mutating func begin(_ place: Place) {
        running += 1
        lines[place.line, default: Turns()].running += 1
        if !place.party.isKnown {
            lines[place.line]?.strangersRunning += 1
            strangersLeft -= 1
        }
        runningOf[place, default: 0] += 1
    }

    private mutating func add(_ place: Place) -> Ticket {
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        if !ring.contains(place.line) { ring.append(place.line) }
        lines[place.line, default: Turns()][place.party].add(ticket, of: place.party)
        waitingCount += 1
        return ticket
    }

    /// Those who do not say who they are go first, then whoever has more than one more than the one who comes.
    private mutating func evict(for place: Place) -> Ticket? {
        guard let turns = lines[place.line] else { return nil }
        let victim: Party
        if let stranger = turns.strangers.greediest {
            victim = stranger
        } else if let person = turns.people.greediest, place.party.isKnown {
            victim = person
        } else {
            return nil
        }
        let isStrangerForPerson = place.party.isKnown && !victim.isKnown
        let (theirs, mine) = (turns[victim].count(of: victim), turns[place.party].count(of: place.party))
        guard isStrangerForPerson || theirs > mine + 1,
            let ticket = lines[place.line]?[victim].takeLast(of: victim)
        else { return nil }
        waitingCount -= 1
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

    /// People and strangers take turns; however many strangers there are, half of the turns is theirs at most.
    private mutating func next(in line: Line) -> Ticket? {
        guard let peopleAreNext = lines[line]?.peopleAreNext else { return nil }
        for isPeoplesTurn in [peopleAreNext, !peopleAreNext] where isPeoplesTurn || mayStrangers(line) {
            let may = { [runningOf, limits] (party: Party) in
                runningOf[Place(line: line, party: party)] ?? 0 < limits.perParty
            }
            let next =
                isPeoplesTurn ? lines[line]?.people.next(where: may) : lines[line]?.strangers.next(where: may)
            guard let next else { continue }
            lines[line]?.peopleAreNext = !isPeoplesTurn
            waitingCount -= 1
            begin(Place(line: line, party: next.party))
            return next.ticket
        }
        return nil
    }

    private func mayStrangers(_ line: Line) -> Bool {
        strangersLeft > 0 && lines[line]?.strangersRunning ?? 0 < limits.strangers
    }

    private mutating func forgetIfIdle(_ line: Line) {
        guard lines[line]?.isIdle ?? false else { return }
        lines[line] = nil
        if !ring.isEmpty { ring.removeAll { $0 == line } }
    }
}
