import BedelDomain
import Synchronization

/// Assignments and rounds in memory, with the port's rules: a verdict is recorded once, and only of what runs.
final class MemoryEvaluations: EvaluationStore {
    private struct State {
        var assignments: [Assignment] = []
        var rounds: [Round] = []
        var entries: [RoundEntry] = []
        var recorded: [Version.ID] = []
        var audits: [AuditEvent] = []
        var onRecord: (@Sendable (Int) throws -> Void)?
    }

    private let state = Mutex(State())

    var recorded: [Version.ID] { state.withLock { $0.recorded } }
    var audits: [AuditEvent] { state.withLock { $0.audits } }

    /// Called before a verdict is kept, with the number of those kept before.
    func onRecord(_ hook: (@Sendable (Int) throws -> Void)?) { state.withLock { $0.onRecord = hook } }

    func add(_ round: Round, _ entries: [RoundEntry]) {
        state.withLock { state in
            state.rounds.append(round)
            state.entries += entries
        }
    }

    func set(_ id: Round.ID, _ newState: Round.State) {
        state.withLock { state in
            state.rounds = state.rounds.map { $0.id == id ? $0.with(state: newState) : $0 }
        }
    }

    func create(_ assignment: Assignment, audit: AuditEvent) async throws {
        try state.withLock { state in
            guard !state.assignments.contains(where: { $0.name == assignment.name && $0.profile == assignment.profile })
            else { throw BedelError(.conflict, "There is such an assignment already.") }
            state.assignments.append(assignment)
            state.audits.append(audit)
        }
    }

    func assignment(named name: Label, in profile: Label) async throws -> Assignment? {
        state.withLock { $0.assignments.first { $0.name == name && $0.profile == profile } }
    }

    func assignments(in profile: Label) async throws -> [Assignment] {
        state.withLock { $0.assignments.filter { $0.profile == profile } }
    }

    func open(
        _ assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp,
        audit: AuditEvent
    ) async throws -> Round {
        state.withLock { state in
            let round = Round(
                id: .random(at: time), profile: assignment.profile, assignment: assignment.name, number: 1,
                state: .queued,
                manifest: manifest, manifestDigest: manifestDigest, startedBy: user, createdAt: time, startedAt: nil,
                finishedAt: nil)
            state.rounds.append(round)
            state.audits.append(audit)
            return round
        }
    }

    func round(_ id: Round.ID) async throws -> Round? { state.withLock { $0.rounds.first { $0.id == id } } }

    func rounds(of assignment: Label, in profile: Label) async throws -> [Round] {
        state.withLock { $0.rounds.filter { $0.assignment == assignment && $0.profile == profile }.reversed() }
    }

    func entries(of round: Round.ID) async throws -> [RoundEntry] {
        state.withLock { $0.entries.filter { $0.round == round }.sorted { $0.position < $1.position } }
    }

    func begin(_ round: Round.ID, at time: Timestamp) async throws { set(round, .running) }

    func begin(_ version: Version.ID, in round: Round.ID) async throws {
        try change(version) { entry in
            guard entry.state != .done else { throw BedelError(.conflict, "That entry is done.") }
            return entry.with(state: .running, tries: entry.tries + 1)
        }
    }

    func record(_ verdict: Verdict, of version: Version.ID, in round: Round.ID, at time: Timestamp) async throws {
        let (hook, count) = state.withLock { ($0.onRecord, $0.recorded.count) }
        try hook?(count)
        try change(version) { entry in
            guard entry.state != .done else { throw BedelError(.conflict, "That entry has its verdict.") }
            return entry.with(state: .done, verdict: verdict)
        }
        state.withLock { $0.recorded.append(version) }
    }

    func finish(
        _ round: Round.ID, as newState: Round.State, ranks: [Version.ID: Int], at time: Timestamp, audit: AuditEvent
    ) async throws {
        set(round, newState)
        state.withLock { state in
            state.entries = state.entries.map { $0.with(rank: ranks[$0.version]) }
            state.audits.append(audit)
        }
    }

    private func change(_ version: Version.ID, _ change: (RoundEntry) throws -> RoundEntry) throws {
        try state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.version == version }) else {
                throw BedelError(.notFound, "There is no such entry.")
            }
            state.entries[index] = try change(state.entries[index])
        }
    }
}

extension Round {
    func with(state: State) -> Round {
        Round(
            id: id, profile: profile, assignment: assignment, number: number, state: state, manifest: manifest,
            manifestDigest: manifestDigest, startedBy: startedBy, createdAt: createdAt, startedAt: startedAt,
            finishedAt: finishedAt)
    }
}

extension RoundEntry {
    func with(
        state: State? = nil, tries: Int? = nil, verdict: Verdict? = nil, rank: Int? = nil
    ) -> RoundEntry {
        RoundEntry(
            round: round, version: version, bundle: bundle, model: model, number: number, owner: owner,
            ownerLogin: ownerLogin, ownerName: ownerName, ownerEmail: ownerEmail, position: position,
            state: state ?? self.state, tries: tries ?? self.tries, verdict: verdict ?? self.verdict,
            rank: rank ?? self.rank)
    }
}
