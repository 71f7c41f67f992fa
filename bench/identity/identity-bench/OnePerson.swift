import BedelDomain

/// The store of people, with one in it and no way to wait: what is measured is the check, not a database.
struct OnePerson: UserStore {
    private let person: User

    init(issuer: String, at time: Timestamp) {
        person = User(
            id: .random(at: time), issuer: issuer, subject: LoopbackProvider.subject, login: "ada", name: "Ada",
            email: "ada@lab.example", groups: [], isAdmin: false, createdAt: time, lastSeenAt: time)
    }

    func signIn(_ identity: VerifiedIdentity, at time: Timestamp, audit: AuditEvent) throws -> User { person }
    func user(_ id: User.ID) -> User? { id == person.id ? person : nil }
    func user(issuer: String, subject: String) -> User? {
        issuer == person.issuer && subject == person.subject ? person : nil
    }
    func users() -> [User] { [person] }
    func roles(of user: User.ID) -> [Label: Role] { [:] }
}

/// Nobody is signed in by a browser here.
struct NoSessions: SessionStore {
    func begin(_ attempt: SignInAttempt) {}
    func claim(stateHash: Digest, at time: Timestamp) -> SignInAttempt? { nil }
    func create(_ session: Session) {}
    func create(_ session: Session, inPlaceOf old: Session.ID, audit: AuditEvent) {}
    func session(_ id: Session.ID, at time: Timestamp) -> Session? { nil }
    func end(_ id: Session.ID, audit: AuditEvent) {}
    func endAll(of user: User.ID, providerSession: String?, audit: AuditEvent) {}
    func end(_ logout: ProviderLogout, audit: AuditEvent) -> Int? { 0 }
    func sessions(of user: User.ID, at time: Timestamp) -> [Session] { [] }
    func claimRefresh(of session: Session.ID, at time: Timestamp, lease: Timestamp) -> Session? { nil }
    func finishRefresh(of session: Session.ID, lease: Timestamp, token: String?, next: Timestamp) -> Bool { true }
    func offer(_ handover: Handover) {}
    func receive(handover codeHash: Digest, as id: Session.ID, host: String, at time: Timestamp) -> Session? { nil }
    func sweep(at time: Timestamp) {}
}

/// Nor by a token of ours.
struct NoTokens: AccessTokenStore {
    func create(_ token: AccessToken, secretHash: Digest, audit: AuditEvent) {}
    func find(_ id: AccessToken.ID) -> (token: AccessToken, secretHash: Digest)? { nil }
    func tokens(of user: User.ID) -> [AccessToken] { [] }
    func revoke(_ id: AccessToken.ID, at time: Timestamp, audit: AuditEvent) {}
    func markUsed(_ id: AccessToken.ID, at time: Timestamp) {}
}
