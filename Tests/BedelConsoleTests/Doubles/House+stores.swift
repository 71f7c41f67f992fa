import BedelDomain
import Synchronization

extension House: ProfileStore {
    func create(_ profile: Profile, audit: AuditEvent) async throws {
        try course.withLock { course throws(BedelError) in
            guard !course.profiles.contains(where: { $0.name == profile.name }) else {
                throw BedelError(
                    .conflict, "There is a profile “\(profile.name)” already.", next: "Choose another name.")
            }
            course.profiles.append(profile)
        }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func profile(named name: Label) async throws -> Profile? {
        read { course in course.profiles.first { $0.name == course.aliases[name] ?? name } }
    }
    func profiles() async throws -> [Profile] { read { $0.profiles } }
    func groupRules(of profile: Profile.ID) async throws -> [GroupRule] { read { $0.rules[profile] ?? [] } }
    func setGroupRules(_ rules: [GroupRule], of profile: Profile.ID, audit: AuditEvent) async throws {
        course.withLock { $0.rules[profile] = rules }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func members(of profile: Profile.ID) async throws -> [Member] {
        read { $0.members.filter { $0.profile == profile } }
    }
    func setMember(_ user: User.ID, role: Role, in profile: Profile.ID, audit: AuditEvent) async throws {
        note("setMember \(role.rawValue)")
    }
    func removeMember(_ user: User.ID, from profile: Profile.ID, audit: AuditEvent) async throws {
        course.withLock { $0.members.removeAll { $0.user == user && $0.profile == profile } }
    }
}

extension House: UserStore {
    func signIn(_ identity: VerifiedIdentity, at time: Timestamp, audit: AuditEvent) async throws -> User {
        throw BedelError(.signInFailed, "Nobody signs in here.")
    }
    func user(_ id: User.ID) async throws -> User? { read { $0.users.first { $0.id == id } } }
    func user(issuer: String, subject: String) async throws -> User? {
        read { $0.users.first { $0.subject == subject } }
    }
    func users() async throws -> [User] { read { $0.users } }
    func roles(of user: User.ID) async throws -> [Label: Role] { read { Self.roles(of: user, in: $0) } }
}

extension House: SessionStore {
    func begin(_ attempt: SignInAttempt) async throws {}
    func claim(stateHash: Digest, at time: Timestamp) async throws -> SignInAttempt? { nil }
    func create(_ session: Session) async throws {}
    func create(_ session: Session, inPlaceOf old: Session.ID, audit: AuditEvent) async throws {}
    func session(_ id: Session.ID, at time: Timestamp) async throws -> Session? { nil }
    func end(_ id: Session.ID, audit: AuditEvent) async throws {}
    func endAll(of user: User.ID, providerSession: String?, audit: AuditEvent) async throws {}
    func end(_ logout: ProviderLogout, audit: AuditEvent) async throws -> Int? { nil }
    func sessions(of user: User.ID, at time: Timestamp) async throws -> [Session] { [] }
    func claimRefresh(of session: Session.ID, at time: Timestamp, lease: Timestamp) async throws -> Session? { nil }
    func finishRefresh(of session: Session.ID, lease: Timestamp, token: String?, next: Timestamp) async throws -> Bool {
        false
    }
    func offer(_ handover: Handover) async throws {}
    func receive(
        handover codeHash: Digest, as id: Session.ID, host: String, at time: Timestamp
    ) async throws -> Session? { nil }
    func sweep(at time: Timestamp) async throws {}
}

extension House: ModelStore {
    func receive(_ submission: Submission, audit: AuditEvent) async throws -> Version {
        throw BedelError(.unavailable, "The intake stands in for this here.")
    }
    func model(named name: Label, in profile: Label) async throws -> Model? {
        read { $0.models.first { $0.name == name && $0.profile == profile } }
    }
    func models(in profile: Label) async throws -> [Model] {
        read { $0.models.filter { $0.profile == profile && $0.retiredAt == nil }.sorted { $0.name < $1.name } }
    }
    func models(of owner: User.ID) async throws -> [Model] { read { $0.models.filter { $0.owner == owner } } }
    func versions(of model: Model.ID) async throws -> [Version] {
        read { $0.versions.filter { $0.model == model }.sorted { $0.number > $1.number } }
    }
    func version(_ id: Version.ID) async throws -> Version? { read { $0.versions.first { $0.id == id } } }
    func currentVersions(in profile: Label?) async throws -> [Version] { [] }
    func latestVersions(in profile: Label, limit: Int) async throws -> [Version] {
        read { Array($0.versions.filter { $0.profile == profile }.reversed().prefix(limit)) }
    }
    func advance(
        _ version: Version.ID, from state: Version.State, to next: Version.State, environment: Digest?, fault: Fault?,
        audit: AuditEvent?
    ) async throws -> Bool { false }
    func retire(_ model: Model.ID, at time: Timestamp, audit: AuditEvent) async throws {
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func appendLog(_ lines: [String], source: LogLine.Source, to version: Version.ID, at time: Timestamp) async throws {
    }
    func log(of version: Version.ID, after sequence: Int64) async throws -> [LogLine] {
        read { ($0.logs[version] ?? []).filter { $0.sequence > sequence } }
    }
}

extension House: EvaluationStore {
    func create(_ assignment: Assignment, audit: AuditEvent) async throws {}
    func assignment(named name: Label, in profile: Label) async throws -> Assignment? {
        read { $0.assignments.first { $0.name == name && $0.profile == profile } }
    }
    func assignments(in profile: Label) async throws -> [Assignment] {
        read { $0.assignments.filter { $0.profile == profile } }
    }
    func open(
        _ assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp,
        audit: AuditEvent
    ) async throws -> Round { throw BedelError(.noEntries, "Nothing here.") }
    func round(_ id: Round.ID) async throws -> Round? { read { $0.rounds.first { $0.id == id } } }
    func rounds(of assignment: Label, in profile: Label) async throws -> [Round] {
        read {
            $0.rounds.filter { $0.assignment == assignment && $0.profile == profile }.sorted { $0.number > $1.number }
        }
    }
    func entries(of round: Round.ID) async throws -> [RoundEntry] {
        read { $0.entries.filter { $0.round == round }.sorted { $0.position < $1.position } }
    }
    func begin(_ round: Round.ID, at time: Timestamp) async throws {}
    func begin(_ version: Version.ID, in round: Round.ID) async throws {}
    func record(_ verdict: Verdict, of version: Version.ID, in round: Round.ID, at time: Timestamp) async throws {}
    func finish(
        _ round: Round.ID, as state: Round.State, ranks: [Version.ID: Int], at time: Timestamp, audit: AuditEvent
    ) async throws {}
}

extension House: JobQueue {
    func claim(worker: String, lease: Duration, at time: Timestamp) async throws -> Job? { nil }
    func renew(_ job: Job.ID, worker: String, lease: Duration, at time: Timestamp) async throws -> Bool { false }
    func finish(_ job: Job.ID, worker: String, _ outcome: Job.Outcome, at time: Timestamp) async throws {}
    func pending() async throws -> [Job] { read { $0.jobs } }
}

extension House: AuditLog {
    func append(_ event: AuditEvent) async throws { note("audit \(event.action) \(event.outcome.rawValue)") }
    func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord] {
        read { course in
            Array(
                course.audit.reversed().filter { record in
                    (filter.actorName.map { $0 == record.event.actorName } ?? true)
                        && (filter.action.map { $0 == record.event.action } ?? true)
                        && (filter.profile.map { $0 == record.event.profile } ?? true)
                        && (filter.before.map { record.sequence < $0 } ?? true)
                        && (filter.outcome.map { $0 == record.event.outcome } ?? true)
                        && (filter.since.map { record.event.at >= $0 } ?? true)
                        && (filter.until.map { record.event.at < $0 } ?? true)
                }.prefix(limit))
        }
    }
    func firstBroken() async throws -> Int64? { nil }
}
