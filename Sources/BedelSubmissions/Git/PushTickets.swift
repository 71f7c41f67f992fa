internal import BedelDomain
internal import OpenSSL
internal import Synchronization

/// One-time proofs that a hook speaks for a push that was let in: who pushes, and where.
final class PushTickets: Sendable {
    struct Holder: Sendable {
        let principal: Principal
        let profile: Label
        /// Where the profile's repositories lie.
        let namespace: Label
        let model: Label
        let context: RequestContext
    }

    /// As long as one push may take.
    static let lifetime = Duration.seconds(900)

    private struct Ticket {
        let holder: Holder
        let until: Timestamp
    }

    /// By the hash of the ticket: comparing hashes tells nothing about the tickets through time.
    private let tickets = Mutex([Digest: Ticket]())
    private let clock: any TimeSource

    init(clock: any TimeSource) { self.clock = clock }

    /// A new ticket: 32 random bytes as hexadecimal digits.
    func issue(to holder: Holder) -> String {
        let ticket = Digest(bytes: SecureRandom.bytes(32)).hex
        let now = clock.now()
        tickets.withLock { tickets in
            tickets = tickets.filter { $0.value.until > now }
            tickets[Self.name(of: ticket)] = Ticket(holder: holder, until: now + Self.lifetime)
        }
        return ticket
    }

    /// Takes the ticket out: it works once.
    /// - Throws: ``BedelError`` `invalidToken`.
    func redeem(_ ticket: String) throws(BedelError) -> Holder {
        let found = tickets.withLock { $0.removeValue(forKey: Self.name(of: ticket)) }
        guard let found, found.until > clock.now() else {
            throw BedelError(.invalidToken, "This push is not known here (any more).", next: "Push again.")
        }
        return found.holder
    }

    /// The push is over; what it did not use is worth nothing.
    func revoke(_ ticket: String) {
        _ = tickets.withLock { $0.removeValue(forKey: Self.name(of: ticket)) }
    }

    private static func name(of ticket: String) -> Digest { Digest(bytes: SHA256.digest(of: Array(ticket.utf8))) }
}
