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
        let now = clock.now()
        guard let due = session.refreshAt, due <= now,
            let holder = try await sessions.claimRefresh(of: session.id, at: now, lease: now + Self.lease)
        else { return .goesOn }
        guard let user = try await users.user(holder.user), let provider = providers.provider(issuer: user.issuer),
            let sealed = holder.refreshToken,
            let token = keys.open(sealed, for: .refreshToken, context: holder.id.rawValue)
        else { return try await end(holder, because: "its refresh token cannot be read") }
        do {
            return try await refresh(holder, of: user, with: String(decoding: token, as: UTF8.self), from: provider)
        } catch let fault as TokenFault {
            return try await end(holder, because: "refreshed token: \(fault.rawValue)")
        } catch let fault as SignInFault {
            return try await end(holder, because: "refreshed token: \(fault.reason.rawValue)")
        } catch let error as BedelError where error.code == .providerUnavailable {
            logger.warning("a session is not refreshed now", metadata: ["detail": .string(error.detail)])
            try await sessions.finishRefresh(of: holder.id, token: nil, next: clock.now() + Self.backOff)
            return .goesOn
        }
    }

    private func refresh(
        _ session: Session, of user: User, with token: String, from provider: OpenIDProvider
    ) async throws -> Outcome {
        guard
            case .tokens(let idToken, let accessToken, let refreshToken, let lifetime) = try await provider.refresh(
                token)
        else { return try await end(session, because: "the provider has ended it") }
        // Kept before anything can fail: the old token is worth nothing any more.
        try await sessions.finishRefresh(
            of: session.id,
            token: refreshToken.map { keys.seal(Array($0.utf8), for: .refreshToken, context: session.id.rawValue) },
            next: clock.now() + Self.interval(lifetime))
        let claims = try await idToken.asyncMap { try await check($0, of: user, from: provider) } ?? .object([:])
        let identity = try await provider.identity(claims, subject: user.subject, accessToken: accessToken)
        guard identity.groups != user.groups || identity.isAdmin != user.isAdmin else { return .goesOn }
        _ = try await users.signIn(identity, at: clock.now(), audit: event("sign-in.refreshed", of: user, reason: ""))
        return .goesOn
    }

    private func check(_ text: String, of user: User, from provider: OpenIDProvider) async throws -> JSONValue {
        let verified = try await provider.verify(try JSONWebSignature(compact: text))
        let rules = IDTokenRules(
            issuer: user.issuer, clientID: provider.configuration.clientID,
            time: TimeRules(now: clock.now(), leeway: leeway))
        try rules.check(verified, refreshed: user.subject)
        return verified.claims
    }

    private func end(_ session: Session, because reason: String) async throws -> Outcome {
        guard let user = try await users.user(session.user) else { return .ended }
        try await sessions.endAll(
            of: session.user, providerSession: session.providerSession,
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

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
