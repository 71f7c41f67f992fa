import BedelDomain
import Testing

@testable import BedelGateway

@Suite("Whose turn it is")
struct FairQueueTests {
    private static let big = Label("big-course")!
    private static let small = Label("small-course")!

    /// Ten thousand profiles come once each, while in one somebody is busy and somebody waits.
    @Test func linesInWhichNothingHappensAreForgotten() {
        var queue = FairQueue(FairQueue.Limits(atOnce: 100, perProfile: 1, waiting: 10))
        #expect(queue.enter(Self.big) == .go)
        guard case .wait(let ticket, nil) = queue.enter(Self.big) else {
            Issue.record("a second one of a line for one did not have to wait")
            return
        }
        var most = 0
        for number in 0..<10_000 {
            let passer = Label("p\(number)")
            #expect(queue.enter(passer) == .go)
            #expect(queue.leave(passer).isEmpty)
            most = max(most, queue.keptCount)
        }
        #expect(most <= 65)
        #expect(queue.leave(Self.big) == [ticket])
    }

    /// One server after another, in steps: each request takes ten, `flood` waiting at any time for the big course, the
    /// small one sends its next when the last is answered.
    private struct Simulation {
        var queue: FairQueue
        var running: [(ends: Int, profile: Label)] = []
        var bigServed = 0
        var smallServed = 0
        var smallTicket: (ticket: FairQueue.Ticket, since: Int)?
        var smallIsRunning = false
        var longestWait = 0
        var tickets: [FairQueue.Ticket: Label] = [:]

        mutating func run(steps: Int, flood: Int) {
            for step in 0..<steps {
                finish(step)
                while queue.waitingCount < flood { enter(FairQueueTests.big, step) }
                if smallTicket == nil, !smallIsRunning { enter(FairQueueTests.small, step) }
            }
        }

        private mutating func enter(_ profile: Label, _ step: Int) {
            switch queue.enter(profile) {
            case .go: start(profile, step)
            case .wait(let ticket, _):
                tickets[ticket] = profile
                if profile == FairQueueTests.small { smallTicket = (ticket, step) }
            case .full: return
            }
        }

        private mutating func start(_ profile: Label, _ step: Int) {
            running.append((step + 10, profile))
            if profile == FairQueueTests.small { smallIsRunning = true }
        }

        private mutating func finish(_ step: Int) {
            for end in running where end.ends <= step {
                if end.profile == FairQueueTests.big {
                    bigServed += 1
                } else {
                    smallServed += 1
                    smallIsRunning = false
                }
                for ticket in queue.leave(end.profile) {
                    let profile = tickets.removeValue(forKey: ticket)!
                    if let waited = smallTicket, waited.ticket == ticket {
                        longestWait = max(longestWait, step - waited.since)
                        smallTicket = nil
                    }
                    start(profile, step)
                }
            }
            running.removeAll { $0.ends <= step }
        }
    }

    private func simulate(atOnce: Int, perProfile: Int, flood: Int) -> Simulation {
        var simulation = Simulation(
            queue: FairQueue(.init(atOnce: atOnce, perProfile: perProfile, waiting: flood + 10)))
        simulation.run(steps: 20_000, flood: flood)
        return simulation
    }

    /// However long the big course's line is, the small one waits for two turns at most. (With a single place and never
    /// more than one request it gets a third: it is not in line when its own is answered.)
    @Test(arguments: [10, 100, 5000])
    func floodDoesNotStarveTheOthers(_ flood: Int) {
        let one = simulate(atOnce: 1, perProfile: 1, flood: flood)
        #expect(one.longestWait <= 20)
        #expect(one.smallServed >= 660, "\(one.smallServed) to \(one.bigServed)")
        let eight = simulate(atOnce: 8, perProfile: 8, flood: flood)
        #expect(eight.longestWait <= 10)
        #expect(eight.smallServed >= 900, "of 2000 that it could have had alone")
        #expect(eight.bigServed + eight.smallServed >= 15_900, "and nothing stands idle")
    }

    @Test func profileHasItsOwnLimitEvenWhenThereIsRoom() {
        let simulation = simulate(atOnce: 8, perProfile: 4, flood: 100)
        #expect(simulation.longestWait == 0)
        #expect((7_900...8_000).contains(simulation.bigServed), "four of eight places, \(simulation.bigServed)")
    }

    @Test func tenCoursesShareEqually() {
        let profiles = (0..<10).map { Label("course-\($0)")! }
        var queue = FairQueue(.init(atOnce: 4, perProfile: 4, waiting: 10_000))
        var running: [Label] = []
        var owners: [FairQueue.Ticket: Label] = [:]
        var served: [Label: Int] = [:]
        // The first sends a thousand times as many as the last.
        for (index, profile) in profiles.enumerated() {
            for _ in 0..<(index == 0 ? 5000 : 500) {
                switch queue.enter(profile) {
                case .go: running.append(profile)
                case .wait(let ticket, _): owners[ticket] = profile
                case .full: Issue.record("the line is long enough")
                }
            }
        }
        for _ in 0..<3000 {
            let done = running.removeFirst()
            served[done, default: 0] += 1
            for ticket in queue.leave(done) { running.append(owners[ticket]!) }
        }
        for profile in profiles { #expect((296...306).contains(served[profile, default: 0])) }
    }

    @Test func lineIsFirstComeFirstServedAndBounded() {
        var queue = FairQueue(.init(atOnce: 1, perProfile: 1, waiting: 3))
        let entries = (0..<6).map { _ in queue.enter(Self.big) }
        #expect(entries.first == .go)
        #expect(entries.suffix(2) == [.full, .full])
        let tickets = entries.compactMap { if case .wait(let ticket, _) = $0 { ticket } else { nil } }
        let served = (0..<3).flatMap { _ in queue.leave(Self.big) }
        #expect(served == tickets)
    }

    @Test func whoeverGivesUpIsSkippedAndTakesNoRoom() {
        var queue = FairQueue(.init(atOnce: 1, perProfile: 1, waiting: 2))
        var tickets: [FairQueue.Ticket] = []
        _ = queue.enter(Self.big)
        for _ in 0..<1000 {
            guard case .wait(let ticket, _) = queue.enter(Self.big) else {
                Issue.record("there was room")
                return
            }
            tickets.append(ticket)
            if tickets.count > 1 { queue.giveUp(tickets[tickets.count - 2], Self.big) }
        }
        let next = queue.leave(Self.big)
        #expect(next == [tickets.last!])
        let last = queue.leave(Self.big)
        #expect(last == [])
        #expect(queue.running == 0)
        #expect(queue.enter(nil) == .go)
    }
}

/// One party for each line, as if there were only courses.
extension FairQueue {
    fileprivate mutating func enter(_ profile: Label?) -> Entry { enter(Self.place(profile)) }
    fileprivate mutating func leave(_ profile: Label?) -> [Ticket] { leave(Self.place(profile)) }
    fileprivate mutating func giveUp(_ ticket: Ticket, _ profile: Label?) { giveUp(ticket, Self.place(profile)) }

    private static func place(_ profile: Label?) -> Place {
        Place(line: profile.map { .profile($0) } ?? .platform, party: .address("everybody"))
    }
}

extension FairQueue.Limits {
    fileprivate init(atOnce: Int, perProfile: Int, waiting: Int) {
        self.init(
            atOnce: atOnce, perProfile: perProfile, perParty: perProfile, strangers: perProfile,
            strangersInARound: .max, waiting: waiting, waitingPerParty: waiting)
    }
}
