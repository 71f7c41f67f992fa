internal import BedelDomain

/// Whose turn is it? A request goes at once while there is room for all and for its profile; else it waits in its
/// profile's line, and whenever one comes back, the lines are asked in turn, one request each (round robin: deficit round
/// robin, Shreedhar and Varghese 1995, with requests of one size). So a class that sends ten thousand requests is served
/// as often as one that sends ten, and no more. A value: no sockets, no clock.
struct FairQueue: Sendable {
    struct Limits: Equatable, Sendable {
        /// Requests on their way, of all profiles.
        var atOnce: Int
        /// Of one.
        var perProfile: Int
        /// Requests of one profile that may wait.
        var waiting: Int
    }

    /// Who waits.
    struct Ticket: Hashable, Sendable { fileprivate let number: UInt64 }

    enum Entry: Equatable, Sendable {
        case go
        case wait(Ticket)
        case full
    }

    private struct Line {
        var running = 0
        /// Oldest first, from ``head`` on; those that have given up are still in it.
        var waiting: [Ticket] = []
        var head = 0
        /// Without those that have given up.
        var patient: Set<Ticket> = []

        var isIdle: Bool { running == 0 && patient.isEmpty }

        /// - Returns: whether there is room, and nobody in front.
        mutating func enter(_ most: Int) -> Bool {
            guard running < most, patient.isEmpty else { return false }
            running += 1
            return true
        }

        mutating func leave() { running -= 1 }

        mutating func pop() -> Ticket? {
            while head < waiting.count {
                let ticket = waiting[head]
                head += 1
                if head > 64, head * 2 > waiting.count {
                    waiting.removeFirst(head)
                    head = 0
                }
                if patient.remove(ticket) != nil { return ticket }
            }
            waiting.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }
    }

    private let limits: Limits
    private var lines: [Label?: Line] = [:]
    /// Profiles in whose lines somebody waits, the next one first.
    private var ring: [Label?] = []
    private(set) var running = 0
    private var lastNumber: UInt64 = 0

    init(_ limits: Limits) { self.limits = limits }

    var waitingCount: Int { lines.values.reduce(0) { $0 + $1.patient.count } }

    /// - Parameter profile: nil for what is everybody's, which is one line too.
    mutating func enter(_ profile: Label?) -> Entry {
        if running < limits.atOnce, lines[profile, default: Line()].enter(limits.perProfile) {
            running += 1
            return .go
        }
        let line = lines[profile, default: Line()]
        guard line.patient.count < limits.waiting else { return .full }
        lastNumber += 1
        let ticket = Ticket(number: lastNumber)
        if line.patient.isEmpty, !ring.contains(profile) { ring.append(profile) }
        lines[profile, default: Line()].waiting.append(ticket)
        lines[profile, default: Line()].patient.insert(ticket)
        return .wait(ticket)
    }

    /// One that went has come to its end.
    /// - Returns: whose turn it is now; they have entered.
    mutating func leave(_ profile: Label?) -> [Ticket] {
        running -= 1
        lines[profile]?.leave()
        let next = ring.isEmpty ? [] : admit()
        forgetIfIdle(profile)
        return next
    }

    /// One that waited does not any more.
    mutating func giveUp(_ ticket: Ticket, _ profile: Label?) {
        lines[profile]?.patient.remove(ticket)
        forgetIfIdle(profile)
    }

    private mutating func admit() -> [Ticket] {
        var admitted: [Ticket] = []
        var looked = 0
        while running < limits.atOnce, looked < ring.count {
            let profile = ring.removeFirst()
            guard let line = lines[profile], !line.patient.isEmpty else { continue }
            guard line.running < limits.perProfile, let ticket = lines[profile]?.pop() else {
                ring.append(profile)
                looked += 1
                continue
            }
            running += 1
            lines[profile]?.running += 1
            admitted.append(ticket)
            looked = 0
            if !(lines[profile]?.patient.isEmpty ?? true) { ring.append(profile) }
        }
        return admitted
    }

    private mutating func forgetIfIdle(_ profile: Label?) {
        guard lines[profile]?.isIdle ?? false else { return }
        lines[profile] = nil
        ring.removeAll { $0 == profile }
    }
}
