import BedelDomain
import Testing

@testable import BedelGateway

@Suite("People of one course share its turns")
struct PartyTests {
    private static let course = FairQueue.Line.profile(Label("ml-2026")!)
    private static let alice = place(.user(.random(at: Timestamp(seconds: 1))))
    private static let bob = place(.user(.random(at: Timestamp(seconds: 1))))
    private static func place(_ party: Party) -> FairQueue.Place { .init(line: course, party: party) }
    private static func stranger(_ number: Int) -> FairQueue.Place { place(.address("10.0.0.\(number)")) }

    private func queue(
        perParty: Int = 2, strangers: Int = 4, inARound: Int = .max, waiting: Int = 6, waitingPerParty: Int = 6
    ) -> FairQueue {
        FairQueue(
            .init(
                atOnce: 8, perProfile: 4, perParty: perParty, strangers: strangers,
                strangersInARound: inARound, waiting: waiting, waitingPerParty: waitingPerParty))
    }

    private func ticket(_ entry: FairQueue.Entry) -> FairQueue.Ticket? {
        if case .wait(let ticket, _) = entry { ticket } else { nil }
    }

    @Test func whoHasAllOfTheirsWaitsWhileOthersGo() {
        var queue = queue()
        let alices = (0..<4).map { _ in queue.enter(Self.alice) }
        #expect(alices.prefix(2) == [.go, .go])
        #expect(alices.suffix(2).allSatisfy { ticket($0) != nil })
        #expect(queue.enter(Self.bob) == .go)
    }

    /// Alice has six requests in line when Bob's first comes; he is the next, not the seventh.
    @Test func turnsGoRoundBetweenPeople() {
        var queue = queue(perParty: 4, waiting: 20, waitingPerParty: 20)
        for _ in 0..<4 { #expect(queue.enter(Self.alice) == .go) }
        let alices = (0..<6).map { _ in ticket(queue.enter(Self.alice)) }
        let bobs = (0..<2).map { _ in ticket(queue.enter(Self.bob)) }
        var served: [FairQueue.Ticket?] = []
        for _ in 0..<4 { served += queue.leave(Self.alice) }
        #expect(served == [alices[0], bobs[0], alices[1], bobs[1]])
    }

    @Test func freePlaceGoesToWhoeverMayHaveIt() {
        var queue = queue(perParty: 2)
        for _ in 0..<2 { #expect(queue.enter(Self.alice) == .go) }
        let alices = ticket(queue.enter(Self.alice))
        for _ in 0..<2 { #expect(queue.enter(Self.bob) == .go) }
        let bobs = ticket(queue.enter(Self.bob))
        // Alice has as many as she may have; a place of Bob's is no use to her.
        let next = queue.leave(Self.bob)
        #expect(next == [bobs])
        let then = queue.leave(Self.alice)
        #expect(then == [alices])
    }

    /// Each of them comes from an address of its own.
    @Test func strangersHaveOnlySoManyPlacesTogether() {
        var queue = queue(strangers: 2)
        #expect(queue.enter(Self.stranger(1)) == .go)
        #expect(queue.enter(Self.stranger(2)) == .go)
        let third = ticket(queue.enter(Self.stranger(3)))
        #expect(third != nil)
        #expect(queue.enter(Self.alice) == .go)
        #expect(queue.enter(Self.bob) == .go)
        let bobs = ticket(queue.enter(Self.bob))
        let next = queue.leave(Self.alice)
        #expect(next == [bobs], "a person's place is no use to a stranger")
        let then = queue.leave(Self.stranger(1))
        #expect(then == [third])
    }

    @Test func fewStrangersBeginBeforeEverybodyElseWasLookedAt() {
        var queue = queue(inARound: 1)
        #expect(queue.enter(Self.stranger(1)) == .go)
        #expect(queue.strangersLeft == 0)
        let second = ticket(queue.enter(Self.stranger(2)))
        let third = ticket(queue.enter(Self.stranger(3)))
        #expect(queue.enter(Self.alice) == .go)
        let next = queue.leave(Self.stranger(1))
        #expect(next == [])
        let round = queue.newRound()
        #expect(round == [second])
        let another = queue.newRound()
        #expect(another == [third])
    }

    @Test func onePersonDoesNotFillTheLine() {
        var queue = queue(perParty: 1, waiting: 6, waitingPerParty: 3)
        let entries = (0..<6).map { _ in queue.enter(Self.alice) }
        #expect(entries.suffix(2) == [.full, .full])
        #expect(queue.enter(Self.bob) == .go)
        let waiting = ticket(queue.enter(Self.bob))
        #expect(waiting != nil)
    }

    @Test func inAFullLineWhoeverHasMostLosesTheirLast() {
        var queue = queue(perParty: 4, waiting: 4, waitingPerParty: 4)
        for _ in 0..<4 { #expect(queue.enter(Self.alice) == .go) }
        let alices = (0..<4).map { _ in ticket(queue.enter(Self.alice)) }
        guard case .wait(_, let loser) = queue.enter(Self.bob) else {
            Issue.record("Bob found no room")
            return
        }
        #expect(loser == alices[3])
        #expect(queue.enter(Self.alice) == .full, "she still has most")
        #expect(queue.waitingCount == 4)
    }

    @Test func strangersMakeRoomForPeople() {
        var queue = queue(perParty: 4, waiting: 4, waitingPerParty: 4)
        for number in 0..<4 { #expect(queue.enter(Self.stranger(number)) == .go) }
        for number in 4..<8 {
            let waiting = ticket(queue.enter(Self.stranger(number)))
            #expect(waiting != nil)
        }
        #expect(queue.enter(Self.stranger(9)) == .full, "all of them have one")
        guard case .wait(_, .some) = queue.enter(Self.alice) else {
            Issue.record("Alice found no room among strangers")
            return
        }
    }

    /// A thousand who do not say who they are, each with all that one may have, and one who does.
    @Test func howeverManyStrangersThereAreAPersonsTurnComesSoon() {
        var queue = queue(perParty: 2, waiting: 4000, waitingPerParty: 3)
        for number in 0..<4 { #expect(queue.enter(Self.stranger(number)) == .go) }
        for number in 4..<1004 {
            for _ in 0..<3 { _ = queue.enter(Self.stranger(number)) }
        }
        let alices = (0..<3).map { _ in ticket(queue.enter(Self.alice)) }
        var served: [FairQueue.Ticket?] = []
        for number in 0..<4 { served += queue.leave(Self.stranger(number)) }
        #expect(served.count == 4)
        #expect(served.filter { alices.contains($0) }.count == 2, "half of the turns, and as many as she may have")
        #expect(queue.running == 4 && queue.waitingCount == 2999)
    }

    /// Whatever comes and goes, nothing is lost and no place stands idle while somebody may have it.
    @Test(arguments: [1, 2, 3]) func countsComeBackToNothing(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = queue(perParty: 2, waiting: 5, waitingPerParty: 3)
        var running: [FairQueue.Place] = []
        var waiting: [FairQueue.Ticket: FairQueue.Place] = [:]
        let places = [Self.alice, Self.bob, Self.stranger(1), Self.stranger(2)]
        for _ in 0..<20_000 {
            switch random.next() % 3 {
            case 0:
                let place = places[Int(random.next() % 4)]
                switch queue.enter(place) {
                case .go: running.append(place)
                case .wait(let ticket, let loser):
                    if let loser {
                        let lost = waiting.removeValue(forKey: loser)
                        #expect(lost != nil)
                    }
                    waiting[ticket] = place
                case .full: break
                }
            case 1 where !running.isEmpty:
                let place = running.remove(at: Int(random.next() % UInt64(running.count)))
                for ticket in queue.leave(place) { running.append(waiting.removeValue(forKey: ticket)!) }
            default:
                guard let (ticket, place) = waiting.first else { continue }
                waiting[ticket] = nil
                queue.giveUp(ticket, place)
            }
            #expect(queue.running == running.count && queue.waitingCount == waiting.count)
            #expect(running.count <= 4)
            for place in places { #expect(running.count { $0 == place } <= 2) }
            let hasRoom = waiting.values.contains { place in running.count { $0 == place } < 2 }
            #expect(running.count == 4 || !hasRoom)
        }
    }
}
