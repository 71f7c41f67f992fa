import BedelDomain
import Synchronization

/// Knows the tokens it was told, counts how often it was asked, and can be made to wait or to know nothing.
final class TokenTable: Authenticator {
    private struct State {
        var principals: [Credential: Principal]
        var asked = 0
        var isAway = false
        /// What the next question waits for, once it has its answer.
        var gate: (asked: AsyncStream<Void>.Continuation, opens: AsyncStream<Void>)?
    }

    private let state: Mutex<State>

    init(_ principals: [Credential: Principal]) { state = Mutex(State(principals: principals)) }

    var timesAsked: Int { state.withLock { $0.asked } }

    func revoke(_ credential: Credential) { state.withLock { $0.principals[credential] = nil } }
    func change(_ credential: Credential, to principal: Principal) {
        state.withLock { $0.principals[credential] = principal }
    }
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// Holds the next answer back: it is as old as the question when it arrives.
    func holdNextAnswer() -> (asked: AsyncStream<Void>, open: AsyncStream<Void>.Continuation) {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let (opens, open) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.gate = (ask, opens) }
        return (asked, open)
    }

    func authenticate(_ credential: Credential) async throws -> (principal: Principal, until: Timestamp) {
        let (principal, isAway, gate) = state.withLock { state in
            state.asked += 1
            defer { state.gate = nil }
            return (state.principals[credential], state.isAway, state.gate)
        }
        if let gate {
            gate.asked.yield()
            for await _ in gate.opens { break }
        }
        if isAway { throw BedelError(.unavailable, "The database is away.") }
        guard let principal else {
            if case .cookie = credential { throw BedelError(.signInRequired, "The session is over.") }
            throw BedelError(.invalidToken, "The access token is not valid.")
        }
        return (principal, SystemTime().now() + .seconds(60))
    }
}

struct SystemTime: TimeSource {
    func now() -> Timestamp {
        Timestamp(microseconds: Int64(ContinuousClock.now.microsecondsSinceStart) + 1_800_000_000_000_000)
    }
}

extension ContinuousClock.Instant {
    private static let start = ContinuousClock.now
    var microsecondsSinceStart: Int64 { (self - Self.start).microseconds }
}

/// Writes down for whom, so that a test can read it in a header.
struct PlainAssertions: Assertions {
    let publicKeys = "{\"keys\":[]}"

    func assertion(for principal: Principal, audience: String) throws -> (token: String, reusableUntil: Timestamp) {
        ("assertion.\(principal.login).\(audience)", SystemTime().now() + .seconds(30))
    }

    func verify(_ token: String, audience: String) throws -> Principal {
        throw BedelError(.invalidToken, "Tests only look at the text.")
    }
}

final class DenialList: DenialRecorder {
    private let events = Mutex<[AuditEvent]>([])
    var all: [AuditEvent] { events.withLock { $0 } }
    /// As when the disk is full.
    let isFull = Atomic(false)
    func record(_ event: AuditEvent) -> Bool {
        guard !isFull.load(ordering: .relaxed) else { return false }
        events.withLock { $0.append(event) }
        return true
    }
}

enum People {
    static let course = Label("ml-2026")!
    static let otherCourse = Label("stats-1")!

    static func principal(_ login: String, _ roles: [Label: Role], isAdmin: Bool = false) -> Principal {
        Principal(
            user: .random(at: Timestamp(seconds: 1)), login: login, name: login, email: "\(login)@example.org",
            groups: ["students", "grüße"], isAdmin: isAdmin, roles: roles, proof: .providerToken)
    }

    static func session(_ login: String, _ roles: [Label: Role]) -> Principal {
        Principal(
            user: .random(at: Timestamp(seconds: 1)), login: login, name: login, email: "\(login)@example.org",
            groups: [], isAdmin: false, roles: roles, proof: .session(.random(at: Timestamp(seconds: 1))))
    }
}
