import BedelDomain

/// The stores that identity needs, kept in memory by the rules of the ports.
actor MemoryHouse: SessionStore, UserStore, AccessTokenStore, AuditLog {
    private(set) var events: [AuditEvent] = []
    private(set) var identities: [VerifiedIdentity] = []
    private(set) var marks = 0
    private(set) var absences = 0
    private var people: [User] = []
    private var attempts: [Digest: SignInAttempt] = [:]
    private var sessionRows: [Session.ID: Session] = [:]
    private var leases: [Session.ID: Timestamp] = [:]
    private var logoutTokens: Set<Digest> = []
    private var handovers: [Digest: Handover] = [:]
    private var tokenRows: [AccessToken.ID: (token: AccessToken, secretHash: Digest)] = [:]
    private var memberships: [User.ID: [Label: Role]] = [:]

    func setRole(_ role: Role?, of user: User.ID, in profile: Label) { memberships[user, default: [:]][profile] = role }
    var sessionCount: Int { sessionRows.count }
    var openSessions: [Session] { Array(sessionRows.values) }
    var attemptCount: Int { attempts.count }
    func reasons(of action: String) -> [String] { events.filter { $0.action == action }.map(\.reason) }

    // MARK: SessionStore

    func begin(_ attempt: SignInAttempt) { attempts[attempt.stateHash] = attempt }

    func claim(stateHash: Digest, at time: Timestamp) -> SignInAttempt? {
        attempts.removeValue(forKey: stateHash).flatMap { $0.expiresAt > time ? $0 : nil }
    }

    func create(_ session: Session) { sessionRows[session.id] = session }

    func create(_ session: Session, inPlaceOf old: Session.ID, audit: AuditEvent) {
        sessionRows[session.id] = session
        guard let ending = sessionRows.removeValue(forKey: old) else { return }
        events.append(audit)
        guard (ending.user, ending.providerSession) != (session.user, session.providerSession) else { return }
        sessionRows = sessionRows.filter { _, each in
            (each.user, each.providerSession) != (ending.user, ending.providerSession)
        }
    }

    func session(_ id: Session.ID, at time: Timestamp) -> Session? {
        guard let row = sessionRows[id], row.expiresAt > time else { return nil }
        let holder = holder(of: row)
        return Session(
            id: row.id, user: row.user, host: row.host, providerSession: row.providerSession, idToken: row.idToken,
            refreshToken: row.refreshToken, refreshAt: holder?.refreshAt, remoteAddress: row.remoteAddress,
            authenticatedAt: row.authenticatedAt, level: row.level,
            createdAt: row.createdAt, expiresAt: row.expiresAt)
    }

    func end(_ id: Session.ID, audit: AuditEvent) {
        sessionRows[id] = nil
        events.append(audit)
    }

    func endAll(of user: User.ID, providerSession: String?, audit: AuditEvent) {
        sessionRows = sessionRows.filter { _, session in
            session.user != user || (providerSession != nil && session.providerSession != providerSession)
        }
        events.append(audit)
    }

    func end(_ logout: ProviderLogout, audit: AuditEvent) -> Int? {
        if let token = logout.token, !logoutTokens.insert(token.hash).inserted { return nil }
        let ended = sessionRows.values.filter { session in
            let user = people.first { $0.id == session.user }
            return user?.issuer == logout.issuer && (logout.subject == nil || user?.subject == logout.subject)
                && (logout.providerSession == nil || session.providerSession == logout.providerSession)
        }
        for session in ended { sessionRows[session.id] = nil }
        if !ended.isEmpty { events.append(audit) }
        return ended.count
    }

    func sessions(of user: User.ID, at time: Timestamp) -> [Session] {
        sessionRows.values.filter { $0.user == user && $0.expiresAt > time }.sorted { $0.id > $1.id }
    }

    func claimRefresh(of session: Session.ID, at time: Timestamp, lease: Timestamp) -> Session? {
        guard let asked = sessionRows[session], let holder = holder(of: asked), let due = holder.refreshAt, due <= time,
            leases[holder.id].map({ $0 <= time }) ?? true
        else { return nil }
        leases[holder.id] = lease
        return holder
    }

    private func holder(of row: Session) -> Session? {
        if row.refreshToken != nil { return row }
        return sessionRows.values.filter {
            $0.user == row.user && $0.providerSession == row.providerSession && $0.refreshToken != nil
        }.max { $0.createdAt < $1.createdAt }
    }

    /// The next writes fail as if the database were away.
    func goAway(times: Int) { absences = times }

    func finishRefresh(of session: Session.ID, lease: Timestamp, token: String?, next: Timestamp) throws -> Bool {
        guard absences == 0 else {
            absences -= 1
            throw BedelError(.unavailable, "The database does not answer.", next: "Wait a minute.")
        }
        guard let row = sessionRows[session], leases[session] == lease else { return false }
        sessionRows[session] = Session(
            id: row.id, user: row.user, host: row.host, providerSession: row.providerSession, idToken: row.idToken,
            refreshToken: token ?? row.refreshToken, refreshAt: next, remoteAddress: row.remoteAddress,
            authenticatedAt: row.authenticatedAt, level: row.level,
            createdAt: row.createdAt, expiresAt: row.expiresAt)
        return true
    }

    func offer(_ handover: Handover) { handovers[handover.codeHash] = handover }

    func receive(handover codeHash: Digest, as id: Session.ID, host: String, at time: Timestamp) -> Session? {
        guard let handover = handovers.removeValue(forKey: codeHash), handover.expiresAt > time, handover.host == host,
            let source = sessionRows[handover.session], source.expiresAt > time, source.user == handover.user
        else { return nil }
        sessionRows[id] = Session(
            id: id, user: source.user, host: host, providerSession: source.providerSession, idToken: nil,
            remoteAddress: source.remoteAddress, authenticatedAt: source.authenticatedAt, level: source.level,
            createdAt: time, expiresAt: source.expiresAt)
        return session(id, at: time)
    }

    func sweep(at time: Timestamp) { attempts = attempts.filter { $0.value.expiresAt > time } }

    // MARK: UserStore

    func signIn(_ identity: VerifiedIdentity, at time: Timestamp, audit: AuditEvent) -> User {
        identities.append(identity)
        events.append(audit)
        let known = people.firstIndex { $0.issuer == identity.issuer && $0.subject == identity.subject }
        let user = User(
            id: known.map { people[$0].id } ?? .random(at: time), issuer: identity.issuer, subject: identity.subject,
            login: identity.login, name: identity.name, email: identity.email, groups: identity.groups,
            isAdmin: identity.isAdmin, createdAt: known.map { people[$0].createdAt } ?? time, lastSeenAt: time)
        if let known { people[known] = user } else { people.append(user) }
        return user
    }

    func user(_ id: User.ID) -> User? { people.first { $0.id == id } }
    func user(issuer: String, subject: String) -> User? {
        people.first { $0.issuer == issuer && $0.subject == subject }
    }
    func users() -> [User] { people }
    func roles(of user: User.ID) -> [Label: Role] { memberships[user] ?? [:] }

    // MARK: AccessTokenStore

    func create(_ token: AccessToken, secretHash: Digest, audit: AuditEvent) {
        tokenRows[token.id] = (token, secretHash)
        events.append(audit)
    }

    func find(_ id: AccessToken.ID) -> (token: AccessToken, secretHash: Digest)? { tokenRows[id] }

    func tokens(of user: User.ID) -> [AccessToken] {
        tokenRows.values.map(\.token).filter { $0.user == user }.sorted { $0.id > $1.id }
    }

    func revoke(_ id: AccessToken.ID, at time: Timestamp, audit: AuditEvent) {
        change(id) { $0.copy(lastUsedAt: $0.lastUsedAt, revokedAt: time) }
        events.append(audit)
    }

    func markUsed(_ id: AccessToken.ID, at time: Timestamp) {
        marks += 1
        change(id) { $0.copy(lastUsedAt: time, revokedAt: $0.revokedAt) }
    }

    private func change(_ id: AccessToken.ID, _ body: (AccessToken) -> AccessToken) {
        guard let row = tokenRows[id] else { return }
        tokenRows[id] = (body(row.token), row.secretHash)
    }

    // MARK: AuditLog

    func append(_ event: AuditEvent) { events.append(event) }
    func records(matching filter: AuditFilter, limit: Int) -> [AuditRecord] { [] }
    func firstBroken() -> Int64? { nil }
}

extension AccessToken {
    fileprivate func copy(lastUsedAt: Timestamp?, revokedAt: Timestamp?) -> AccessToken {
        AccessToken(
            id: id, user: user, name: name, scopes: scopes, createdAt: createdAt, expiresAt: expiresAt,
            lastUsedAt: lastUsedAt, revokedAt: revokedAt)
    }
}
