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

    /// Those of one line.
    private struct Turns {
        private(set) var running = 0
        private var strangersRunning = 0
        private var runningOf = Tally<Party>()
        private var people = Crowd()
        private var strangers = Crowd()
        private var peopleAreNext = true

        var waiting: Int { people.count + strangers.count }
        var isIdle: Bool { running == 0 && waiting == 0 }

        subscript(_ party: Party) -> Crowd {
            get { party.isKnown ? people : strangers }
            _modify { if party.isKnown { yield &people } else { yield &strangers } }
        }

        /// - Returns: false when too many are running already.
        mutating func begin(_ party: Party, _ limits: Limits) -> Bool {
            guard running < limits.perProfile, party.isKnown || strangersRunning < limits.strangers,
                runningOf.add(party, below: limits.perParty)
            else { return false }
            running += 1
            if !party.isKnown { strangersRunning += 1 }
            return true
        }

        mutating func end(_ party: Party) {
            runningOf.remove(party)
            running -= 1
            if !party.isKnown { strangersRunning -= 1 }
        }

        /// The next one begins. People and strangers take turns; however many strangers there are, half of the turns is
        /// theirs at most.
        mutating func beginNext(_ limits: Limits, strangersLeft: Int) -> (ticket: Ticket, party: Party)? {
            for isPeoplesTurn in [peopleAreNext, !peopleAreNext] where isPeoplesTurn || strangersLeft > 0 {
                guard let next = takeNext(ofPeople: isPeoplesTurn, limits) else { continue }
                let hasBegun = begin(next.party, limits)
                assert(hasBegun, "only who may begin is taken")
                peopleAreNext = !isPeoplesTurn
                return next
            }
            return nil
        }

        /// Out of the crowd, one for whom there is room.
        private mutating func takeNext(ofPeople: Bool, _ limits: Limits) -> (ticket: Ticket, party: Party)? {
            guard running < limits.perProfile, ofPeople || strangersRunning < limits.strangers else { return nil }
            let counts = runningOf
            let may: (Party) -> Bool = { counts[$0] < limits.perParty }
            return ofPeople ? people.next(where: may) : strangers.next(where: may)
        }

        /// Those who do not say who they are go first, then whoever has more than one more than the one who comes.
        mutating func evict(for party: Party) -> Ticket? {
            let victim: Party
            if let stranger = strangers.greediest {
                victim = stranger
            } else if let person = people.greediest, party.isKnown {
                victim = person
            } else {
                return nil
            }
            let isStrangerForPerson = party.isKnown && !victim.isKnown
            let (theirs, mine) = (self[victim].count(of: victim), self[party].count(of: party))
            guard isStrangerForPerson || theirs > mine + 1 else { return nil }
            return self[victim].takeLast(of: victim)
        }
    }

    private let limits: Limits
    /// Those in which nothing happens are forgotten now and then only, as in a ``Tally``.
    private var lines: [Line: Turns] = [:]
    private var room = Self.leastRoom
    private static let leastRoom = 64
    /// Lines in which somebody waits, or did when they were last looked at; the next one first.
    private var ring: [Line] = []
    private(set) var running = 0
    private(set) var waitingCount = 0
    /// How many lines are kept, those in which nothing happens among them.
    var keptCount: Int { lines.count }
    /// How many more strangers may begin before ``newRound()``.
    private(set) var strangersLeft: Int
    private var lastNumber: UInt64 = 0

    init(_ limits: Limits) {
        self.limits = limits
        strangersLeft = limits.strangersInARound
    }

    mutating func enter(_ place: Place) -> Entry {
        let (line, party) = (place.line, place.party)
        let waitingOfParty = waitingCount == 0 ? 0 : lines[line]?[party].count(of: party) ?? 0
        if waitingOfParty == 0, running < limits.atOnce, party.isKnown || strangersLeft > 0,
            lines[line, default: Turns()].begin(party, limits)
        {
            noteBegin(party)
            forgetIdle()
            return .go
        }
        guard waitingOfParty < limits.waitingPerParty else { return .full }
        guard lines[line]?.waiting ?? 0 >= limits.waiting else { return .wait(add(place), insteadOf: nil) }
        guard let evicted = lines[line]?.evict(for: party) else { return .full }
        waitingCount -= 1
        return .wait(add(place), insteadOf: evicted)
    }

    /// One that went has come to its end.
    /// - Returns: whose turn it is now; they have entered.
    mutating func leave(_ place: Place) -> [Ticket] {
        guard let index = lines.index(forKey: place.line) else { return [] }
        running -= 1
        lines.values[index].end(place.party)
        return waitingCount == 0 ? [] : admit()
    }

    /// Everybody else was looked at since the last strangers began.
    /// - Returns: whose turn it is now; they have entered.
    mutating func newRound() -> [Ticket] {
        strangersLeft = limits.strangersInARound
        return waitingCount == 0 ? [] : admit()
    }

    /// One that waited does not any more.
    mutating func giveUp(_ ticket: Ticket, _ place: Place) {
        guard lines[place.line]?[place.party].remove(ticket, of: place.party) ?? false else { return }
        waitingCount -= 1
    }

    // MARK: Inside

    private mutating func noteBegin(_ party: Party) {
        running += 1
        if !party.isKnown { strangersLeft -= 1 }
    }

    private mutating func add(_ place: Place) -> Ticket {
        forgetIdle()
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        if !ring.contains(place.line) { ring.append(place.line) }
        lines[place.line, default: Turns()][place.party].add(ticket, of: place.party)
        waitingCount += 1
        return ticket
    }

    private mutating func admit() -> [Ticket] {
        var admitted: [Ticket] = []
        var looked = 0
        while running < limits.atOnce, looked < ring.count {
            let line = ring.removeFirst()
            guard lines[line]?.waiting ?? 0 > 0 else { continue }
            guard let next = lines[line]?.beginNext(limits, strangersLeft: strangersLeft) else {
                ring.append(line)
                looked += 1
                continue
            }
            noteBegin(next.party)
            waitingCount -= 1
            admitted.append(next.ticket)
            looked = 0
            if lines[line]?.waiting ?? 0 > 0 { ring.append(line) }
        }
        return admitted
    }

    /// So much room is left that each of those that come until the next time pays for a bounded part of it.
    private mutating func forgetIdle() {
        guard lines.count > room else { return }
        lines = lines.filter { !$0.value.isIdle }
        ring.removeAll { lines[$0] == nil }
        room = max(Self.leastRoom, 2 * lines.count)
    }
}
