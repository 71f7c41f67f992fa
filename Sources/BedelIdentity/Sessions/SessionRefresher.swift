internal import BedelDomain
internal import Logging

/// Asks the provider again who somebody is, when what it said has run out: with the refresh token, once a session however
/// many requests and processes want it, because a rotating token that is used twice ends everything (RFC 9700, section
/// 4.14).
struct SessionRefresher: Sendable {
    enum Outcome: Sendable {
        /// It goes on; what is known of the person may be new.
        case goesOn
        /// The provider has ended it, or speaks of somebody else.
        case ended
    }

    /// As long as one refresh may take before another may try.
    private static let lease = Duration.seconds(30)
    /// Until the next try when the provider does not answer, so that it is not hammered.
    private static let backOff = Duration.seconds(60)

    let providers: Providers
    let keys: KeyRing
    let sessions: any SessionStore
    let users: any UserStore
    let clock: any TimeSource
    let leeway: Duration
    let logger: Logger

    /// Until the next refresh: a little before the access token ends, but neither every moment nor never.
    static func interval(_ lifetime: Duration?) -> Duration {
        min(max((lifetime ?? .seconds(300)) - .seconds(30), .seconds(60)), .seconds(3600))
    }

    /// - Throws: ``BedelError`` when the database is away.
    func refresh(_ session: Session) async throws -> Outcome {
        guard let due = session.refreshAt, due <= clock.now() else { return .goesOn }
        // A task of its own, waited for: once the provider has turned the token the new one has to be kept, even though
        // whoever asked has gone away meanwhile.
        return try await Task { try await refreshNow(session.id) }.value
    }

    /// The right to refresh a session, until somebody else gets it.
    private struct Claim {
        let session: Session
        let lease: Timestamp
    }

    private func refreshNow(_ session: Session.ID) async throws -> Outcome {
        let now = clock.now()
        let lease = now + Self.lease
        guard let holder = try await sessions.claimRefresh(of: session, at: now, lease: lease) else { return .goesOn }
        let claim = Claim(session: holder, lease: lease)
        guard let user = try await users.user(holder.user), let provider = providers.provider(issuer: user.issuer),
            let sealed = holder.refreshToken,
            let token = keys.open(sealed, for: .refreshToken, context: holder.id.rawValue)
        else { return try await end(claim, because: "its refresh token cannot be read") }
        do {
            return try await refresh(claim, of: user, with: String(decoding: token, as: UTF8.self), from: provider)
        } catch let fault as TokenFault {
            return try await end(claim, because: "refreshed token: \(fault.rawValue)")
        } catch let fault as SignInFault {
            return try await end(claim, because: "refreshed token: \(fault.reason.rawValue)")
        } catch let error as BedelError where error.code == .providerUnavailable {
            logger.warning("a session is not refreshed now", metadata: ["detail": .string(error.detail)])
            _ = try await finish(claim, token: nil, after: Self.backOff)
            return .goesOn
        }
    }

    private func refresh(
        _ claim: Claim, of user: User, with token: String, from provider: OpenIDProvider
    ) async throws -> Outcome {
        guard
            case .tokens(let idToken, let accessToken, let refreshToken, let lifetime) = try await provider.refresh(
                token)
        else { return try await end(claim, because: "the provider has ended it") }
        // Kept before anything can fail: the old token is worth nothing any more.
        let sealed = refreshToken.map {
            keys.seal(Array($0.utf8), for: .refreshToken, context: claim.session.id.rawValue)
        }
        guard try await keep(sealed, of: claim, after: Self.interval(lifetime)) else { return .goesOn }
        let claims = try await idToken.asyncMap { try await check($0, of: user, from: provider) }
        let identity = try await provider.identity(refreshed: claims, of: user, accessToken: accessToken)
        if user.differs(from: identity) {
            _ = try await users.signIn(
                identity, at: clock.now(), audit: event("sign-in.refreshed", of: user, reason: ""))
        }
        return .goesOn
    }

    /// With more patience than usual for a database that is away for a moment: without this token the session ends at its
    /// next refresh. No longer than the claim holds.
    private func keep(_ token: String?, of claim: Claim, after interval: Duration) async throws -> Bool {
        for wait in Self.waits where clock.now() + wait < claim.lease {
            do {
                return try await finish(claim, token: token, after: interval)
            } catch let error as BedelError where error.code.httpStatus >= 500 {
                logger.warning("a new refresh token is not kept yet", metadata: ["detail": .string(error.detail)])
                try await Task.sleep(for: wait)
            }
        }
        return try await finish(claim, token: token, after: interval)
    }

    /// Between one try and the next to keep what the provider gave; 12 seconds in all.
    private static let waits: [Duration] = [100, 400, 1500, 4000, 6000].map { .milliseconds($0) }

    /// - Returns: false when the claim ran out and somebody else has made one: theirs is what counts.
    private func finish(_ claim: Claim, token: String?, after interval: Duration) async throws -> Bool {
        let isOurs = try await sessions.finishRefresh(
            of: claim.session.id, lease: claim.lease, token: token, next: clock.now() + interval)
        if !isOurs { logger.warning("a refresh took too long, and another has begun") }
        return isOurs
    }

    private func check(_ text: String, of user: User, from provider: OpenIDProvider) async throws -> JSONValue {
        let verified = try await provider.verify(try JSONWebSignature(compact: text))
        let rules = IDTokenRules(
            issuer: user.issuer, clientID: provider.configuration.clientID,
            time: TimeRules(now: clock.now(), leeway: leeway))
        try rules.check(verified, refreshed: user.subject)
        return verified.claims
    }

    /// Not when somebody else has made a claim since: what the provider thinks of an old token says nothing of theirs.
    private func end(_ claim: Claim, because reason: String) async throws -> Outcome {
        guard try await finish(claim, token: nil, after: Self.backOff) else { return .goesOn }
        guard let user = try await users.user(claim.session.user) else { return .ended }
        try await sessions.endAll(
            of: user.id, providerSession: claim.session.providerSession,
            audit: event("session.ended", of: user, reason: reason))
        return .ended
    }

    private func event(_ action: String, of user: User, reason: String) -> AuditEvent {
        AuditEvent(
            at: clock.now(), actor: user.id, actorName: user.login, action: action,
            resource: Resource.platform.description, profile: nil, outcome: .allowed, reason: reason,
            facts: ["issuer": user.issuer], requestID: "", remoteAddress: "local")
    }
}

extension User {
    fileprivate func differs(from identity: VerifiedIdentity) -> Bool {
        login != identity.login || name != identity.name || email != identity.email || groups != identity.groups
            || isAdmin != identity.isAdmin
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
