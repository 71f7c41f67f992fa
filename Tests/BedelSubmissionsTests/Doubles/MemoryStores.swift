import BedelDomain
import OpenSSL
import Synchronization

/// One profile; who is who comes with the principal, so that its two members are for lists alone.
struct MemoryProfiles: ProfileStore {
    let names: [Label]
    static let ana = User.ID.random(at: Timestamp(seconds: 0))
    static let ben = User.ID.random(at: Timestamp(seconds: 0))

    func create(_ profile: Profile, audit: AuditEvent) async throws {}
    func profile(named name: Label) async throws -> Profile? {
        guard names.contains(name) else { return nil }
        return Profile(
            id: .random(at: Timestamp(seconds: 0)), name: name, title: "T", kind: .course,
            createdAt: Timestamp(seconds: 0))
    }
    func profiles() async throws -> [Profile] { [] }
    func groupRules(of profile: Profile.ID) async throws -> [GroupRule] { [] }
    func setGroupRules(_ rules: [GroupRule], of profile: Profile.ID, audit: AuditEvent) async throws {}
    func members(of profile: Profile.ID) async throws -> [Member] {
        [(Self.ana, "ana, b"), (Self.ben, "ben")].map { user, login in
            Member(
                profile: profile, user: user, login: login, name: login, email: "", role: .student, source: .manual)
        }
    }
    func setMember(_ user: User.ID, role: Role, in profile: Profile.ID, audit: AuditEvent) async throws {}
    func removeMember(_ user: User.ID, from profile: Profile.ID, audit: AuditEvent) async throws {}
}

/// Assignments only; rounds are nobody's business here.
final class MemoryEvaluations: EvaluationStore {
    let kept: Mutex<[Assignment]> = Mutex([])

    func create(_ assignment: Assignment, audit: AuditEvent) async throws { kept.withLock { $0.append(assignment) } }
    func assignment(named name: Label, in profile: Label) async throws -> Assignment? {
        kept.withLock { $0.first { $0.name == name && $0.profile == profile } }
    }
    func assignments(in profile: Label) async throws -> [Assignment] {
        kept.withLock { $0.filter { $0.profile == profile } }
    }
    func open(
        _ assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp,
        audit: AuditEvent
    ) async throws -> Round { throw BedelError(.noEntries, "No rounds here.") }
    func round(_ id: Round.ID) async throws -> Round? { nil }
    func rounds(of assignment: Label, in profile: Label) async throws -> [Round] { [] }
    func entries(of round: Round.ID) async throws -> [RoundEntry] { [] }
    func begin(_ round: Round.ID, at time: Timestamp) async throws {}
    func begin(_ version: Version.ID, in round: Round.ID) async throws {}
    func record(_ verdict: Verdict, of version: Version.ID, in round: Round.ID, at time: Timestamp) async throws {}
    func finish(
        _ round: Round.ID, as state: Round.State, ranks: [Version.ID: Int], at time: Timestamp, audit: AuditEvent
    ) async throws {}
}

/// Blobs as files, since that is what their path promises.
struct FileBlobs: BlobStore {
    let directory: TemporaryDirectory

    func put(_ bytes: ByteStream, limit: Int64) async throws -> (digest: Digest, size: Int64) {
        var all: [UInt8] = []
        for try await piece in bytes { all += piece }
        guard Int64(all.count) <= limit else { throw BedelError(.tooLarge, "Too large.") }
        let digest = Digest(bytes: SHA256.digest(of: all))
        try directory.write(all, to: digest.hex)
        return (digest, Int64(all.count))
    }
    func read(_ digest: Digest) async throws -> [UInt8] {
        guard let bytes = directory.read(digest.hex) else { throw BedelError(.notFound, "No such blob.") }
        return bytes
    }
    func path(of digest: Digest) async throws -> String {
        _ = try await read(digest)
        return "\(directory.path)/\(digest.hex)"
    }
}

final class MemoryAudit: AuditLog {
    let events: Mutex<[AuditEvent]> = Mutex([])
    func append(_ event: AuditEvent) async throws { events.withLock { $0.append(event) } }
    /// Newest first, by profile and number alone; their hashes are no hashes.
    func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord] {
        let events = events.withLock { $0 }
        let all = events.enumerated().map { number, event in
            AuditRecord(
                sequence: Int64(number + 1), event: event, previous: AuditRecord.genesis, hash: AuditRecord.genesis)
        }
        let wanted = all.reversed().filter { record in
            (filter.profile == nil || record.event.profile == filter.profile)
                && filter.before.map { record.sequence < $0 } ?? true
        }
        return Array(wanted.prefix(limit))
    }
    func firstBroken() async throws -> Int64? { nil }
    var all: [AuditEvent] { events.withLock { $0 } }
}

final class HandClock: TimeSource {
    private let time: Mutex<Timestamp>
    init(_ time: Timestamp = Timestamp(seconds: 1_800_000_000)) { self.time = Mutex(time) }
    func now() -> Timestamp { time.withLock { $0 } }
    func advance(by span: Duration) { time.withLock { $0 = $0 + span } }
}

/// The same limits in every profile.
struct MemoryQuotas: QuotaStore {
    func quota(of holder: QuotaHolder, in profile: Profile.ID) async throws -> Quota {
        switch holder {
        case .profile: Quota([.models: 90, .storage: 1 << 30])
        case .everyMember: Quota([.models: 3])
        case .member(let user): user == MemoryProfiles.ana ? Quota([.cpu: 500]) : Quota()
        }
    }
    func set(_ quota: Quota, of holder: QuotaHolder, in profile: Profile.ID, audit: AuditEvent) async throws {}
    func allowance(of profile: Profile.ID, at time: Timestamp) async throws -> Allowance {
        Allowance(quota: Quota(), usage: Usage())
    }
    func allowance(of member: User.ID, in profile: Profile.ID, at time: Timestamp) async throws -> Allowance {
        Allowance(quota: Quota(), usage: Usage())
    }
    func requestQuotas() async throws -> [Label: RequestQuota] { [:] }
}
