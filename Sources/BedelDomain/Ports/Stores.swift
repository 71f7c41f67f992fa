// What must be kept, one protocol a noun. Every change takes the audit event that belongs to it, and both are committed in
// one transaction: a privileged action without its row cannot exist. All of them throw `BedelError`: `conflict` and
// `notFound` for the caller's mistakes, `unavailable` when the database cannot be reached.

/// Profiles, their members, and the rules that make members of groups.
package protocol ProfileStore: Sendable {
    /// - Throws: `conflict` when the name is taken.
    func create(_ profile: Profile, audit: AuditEvent) async throws
    func profile(named name: Label) async throws -> Profile?
    /// By name.
    func profiles() async throws -> [Profile]
    func groupRules(of profile: Profile.ID) async throws -> [GroupRule]
    /// Replaces all rules of the profile, and applies them at once to every user already known.
    func setGroupRules(_ rules: [GroupRule], of profile: Profile.ID, audit: AuditEvent) async throws
    /// By login.
    func members(of profile: Profile.ID) async throws -> [Member]
    /// A membership by hand; it stands above what group rules say.
    func setMember(_ user: User.ID, role: Role, in profile: Profile.ID, audit: AuditEvent) async throws
    func removeMember(_ user: User.ID, from profile: Profile.ID, audit: AuditEvent) async throws
}

/// People.
package protocol UserStore: Sendable {
    /// Creates or refreshes the user of this issuer and subject, and applies the group rules of every profile to them.
    func signIn(_ identity: VerifiedIdentity, at time: Timestamp, audit: AuditEvent) async throws -> User
    func user(_ id: User.ID) async throws -> User?
    func user(issuer: String, subject: String) async throws -> User?
    func users() async throws -> [User]
    /// Role by profile name.
    func roles(of user: User.ID) async throws -> [Label: Role]
}

/// Sign-ins under way, sessions, hand-overs.
package protocol SessionStore: Sendable {
    func begin(_ attempt: SignInAttempt) async throws
    /// Takes the attempt out, so that a state works once; nil when unknown, used or expired.
    func claim(stateHash: Digest, at time: Timestamp) async throws -> SignInAttempt?
    func create(_ session: Session) async throws
    /// The same in place of the one this browser had, which ends in the same moment; so do those handed over from it, unless
    /// they belong to the provider session of the new one.
    func create(_ session: Session, inPlaceOf old: Session.ID, audit: AuditEvent) async throws
    /// Nil when ended or expired.
    func session(_ id: Session.ID, at time: Timestamp) async throws -> Session?
    func end(_ id: Session.ID, audit: AuditEvent) async throws
    /// Ends every session of that user at that issuer's session, or all when `providerSession` is nil.
    func endAll(of user: User.ID, providerSession: String?, audit: AuditEvent) async throws
    /// Ends every session that the provider's word is about.
    /// - Returns: how many; nil when its token was believed before, and nothing has happened.
    func end(_ logout: ProviderLogout, audit: AuditEvent) async throws -> Int?
    /// Those that go on at that time, newest first.
    func sessions(of user: User.ID, at time: Timestamp) async throws -> [Session]
    /// The session that signed in behind this one, for one caller to refresh until `lease`; nil when it is not due, or
    /// somebody else is at it.
    func claimRefresh(of session: Session.ID, at time: Timestamp, lease: Timestamp) async throws -> Session?
    /// Says when the next refresh is due. May be said again, as long as nobody else has made a claim since.
    /// - Parameters:
    ///   - lease: that of the claim, which tells it from every other.
    ///   - token: the new refresh token, sealed; nil keeps the one there is.
    /// - Returns: false, and nothing has happened, when the session has ended or the claim is somebody else's by now.
    func finishRefresh(of session: Session.ID, lease: Timestamp, token: String?, next: Timestamp) async throws -> Bool
    func offer(_ handover: Handover) async throws
    /// Takes the code out, whatever comes of it, and opens a session beside the one that offered it, for the same person
    /// and as long. Whoever ends that one at the same moment ends this one too.
    /// - Returns: nil for a code that is unknown, used, expired or another host's, or whose session has ended.
    func receive(handover codeHash: Digest, as id: Session.ID, host: String, at time: Timestamp) async throws
        -> Session?
    /// Removes what has expired.
    func sweep(at time: Timestamp) async throws
}

/// Access tokens of our own.
package protocol AccessTokenStore: Sendable {
    func create(_ token: AccessToken, secretHash: Digest, audit: AuditEvent) async throws
    func find(_ id: AccessToken.ID) async throws -> (token: AccessToken, secretHash: Digest)?
    /// Newest first, revoked ones too.
    func tokens(of user: User.ID) async throws -> [AccessToken]
    func revoke(_ id: AccessToken.ID, at time: Timestamp, audit: AuditEvent) async throws
    func markUsed(_ id: AccessToken.ID, at time: Timestamp) async throws
}

/// Models and their versions.
package protocol ModelStore: Sendable {
    /// Creates the model when it is new, the version with the next number and sequence, the build job, and the audit row
    /// (whose facts get the digest and the number), all or nothing.
    /// - Throws: `conflict` when the model belongs to somebody else.
    func receive(_ submission: Submission, audit: AuditEvent) async throws -> Version
    func model(named name: Label, in profile: Label) async throws -> Model?
    /// By name; without retired ones.
    func models(in profile: Label) async throws -> [Model]
    func models(of owner: User.ID) async throws -> [Model]
    /// Newest first.
    func versions(of model: Model.ID) async throws -> [Version]
    func version(_ id: Version.ID) async throws -> Version?
    /// The newest ready version of every model that is not retired, everywhere or in one profile.
    func currentVersions(in profile: Label?) async throws -> [Version]
    /// Newest first.
    func latestVersions(in profile: Label, limit: Int) async throws -> [Version]
    /// Moves a version on, once: true when it was in `state` before, false when it has moved on already.
    func advance(
        _ version: Version.ID, from state: Version.State, to next: Version.State, environment: Digest?, fault: Fault?,
        audit: AuditEvent?
    ) async throws -> Bool
    func retire(_ model: Model.ID, at time: Timestamp, audit: AuditEvent) async throws
    func appendLog(_ lines: [String], source: LogLine.Source, to version: Version.ID, at time: Timestamp) async throws
    /// Lines after that sequence number, oldest first, at most 1,000.
    func log(of version: Version.ID, after sequence: Int64) async throws -> [LogLine]
}

/// A hand-in that passed every check and whose bytes are safe.
package struct Submission: Sendable {
    package let profile: Label
    package let model: Label
    package let assignment: Label?
    package let owner: User.ID
    package let bundle: Digest
    package let size: Int64
    package let layout: BundleLayout
    package let source: Version.Source
    package let commit: String?
    package let receivedAt: Timestamp

    package init(
        profile: Label, model: Label, assignment: Label?, owner: User.ID, bundle: Digest, size: Int64,
        layout: BundleLayout, source: Version.Source, commit: String?, receivedAt: Timestamp
    ) {
        self.profile = profile
        self.model = model
        self.assignment = assignment
        self.owner = owner
        self.bundle = bundle
        self.size = size
        self.layout = layout
        self.source = source
        self.commit = commit
        self.receivedAt = receivedAt
    }
}

/// Assignments and rounds.
package protocol EvaluationStore: Sendable {
    /// - Throws: `conflict` when the name is taken in that profile.
    func create(_ assignment: Assignment, audit: AuditEvent) async throws
    func assignment(named name: Label, in profile: Label) async throws -> Assignment?
    func assignments(in profile: Label) async throws -> [Assignment]
    /// Freezes the current ready versions of the assignment's models as entries, in the order the seed gives, and queues
    /// the job, all or nothing.
    /// - Throws: `noEntries` when there are none; `conflict` when a round of this assignment is under way.
    func open(
        _ assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp,
        audit: AuditEvent
    ) async throws -> Round
    func round(_ id: Round.ID) async throws -> Round?
    /// Newest first.
    func rounds(of assignment: Label, in profile: Label) async throws -> [Round]
    /// By position.
    func entries(of round: Round.ID) async throws -> [RoundEntry]
    func begin(_ round: Round.ID, at time: Timestamp) async throws
    /// Marks an entry as running and counts the try.
    func begin(_ version: Version.ID, in round: Round.ID) async throws
    func record(_ verdict: Verdict, of version: Version.ID, in round: Round.ID, at time: Timestamp) async throws
    /// - Parameter ranks: for scored entries only.
    func finish(
        _ round: Round.ID, as state: Round.State, ranks: [Version.ID: Int], at time: Timestamp, audit: AuditEvent
    ) async throws
}

/// The queue of jobs.
package protocol JobQueue: Sendable {
    /// The oldest waiting job, or one whose lease ran out, now leased to this worker; nil when there is none. A job whose
    /// attempts are used up is failed instead, and its id is in nobody's hands.
    func claim(worker: String, lease: Duration, at time: Timestamp) async throws -> Job?
    /// False when the lease was lost: stop working on it.
    func renew(_ job: Job.ID, worker: String, lease: Duration, at time: Timestamp) async throws -> Bool
    /// Nothing happens when the lease was lost.
    func finish(_ job: Job.ID, worker: String, _ outcome: Job.Outcome, at time: Timestamp) async throws
    /// Jobs waiting or running, oldest first, with the number of those before each.
    func pending() async throws -> [Job]
    /// Failed jobs whose version or round still waits for them, oldest first: their attempts are used up (a lost lease on
    /// the last one leaves nobody to say so), or their worker died after saying that they failed. Whoever works asks now
    /// and then, and fails the version or the round; then the job is no longer among them. Asking and failing may be done
    /// by several at once.
    func exhausted() async throws -> [Job]
}

extension JobQueue {
    /// A queue in memory loses its jobs with its workers.
    package func exhausted() async throws -> [Job] { [] }
}

/// The audit trail: a hash chain that only grows.
package protocol AuditLog: Sendable {
    func append(_ event: AuditEvent) async throws
    /// Newest first.
    func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord]
    /// Walks the whole chain; nil when it is sound, else the first sequence number that is not.
    func firstBroken() async throws -> Int64?
}

package struct AuditFilter: Sendable {
    /// By any name it has or had: records keep the name of their time.
    package var profile: Label?
    package var actorName: String?
    package var action: String?
    package var before: Int64?
    package var outcome: AuditEvent.Outcome?
    /// At or after.
    package var since: Timestamp?
    /// Before.
    package var until: Timestamp?

    package init(
        profile: Label? = nil, actorName: String? = nil, action: String? = nil, before: Int64? = nil,
        outcome: AuditEvent.Outcome? = nil, since: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.profile = profile
        self.actorName = actorName
        self.action = action
        self.before = before
        self.outcome = outcome
        self.since = since
        self.until = until
    }
}

/// Bytes by their SHA-256: written under a temporary name, synced, renamed; never changed afterwards.
package protocol BlobStore: Sendable {
    /// - Parameter limit: bytes; more than that ends with `tooLarge` and leaves nothing behind.
    func put(_ bytes: ByteStream, limit: Int64) async throws -> (digest: Digest, size: Int64)
    /// - Throws: `notFound`.
    func read(_ digest: Digest) async throws -> [UInt8]
    /// The file that holds it, for reading only.
    /// - Throws: `notFound`.
    func path(of digest: Digest) async throws -> String
}
