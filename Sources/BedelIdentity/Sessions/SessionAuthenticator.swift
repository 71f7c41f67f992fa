internal import BedelDomain

/// Who a session cookie belongs to.
struct SessionAuthenticator: Sendable {
    let cookies: SessionCookies
    let sessions: any SessionStore
    let users: any UserStore
    let refresher: SessionRefresher
    let clock: any TimeSource

    /// - Throws: ``BedelError`` `signInRequired` for every cookie that is not, or no longer, good.
    func authenticate(_ value: String, host: String) async throws -> (principal: Principal, until: Timestamp) {
        let now = clock.now()
        guard let id = cookies.open(value, host: host), let session = try await sessions.session(id, at: now),
            session.host == host.lowercased(), session.expiresAt > now
        else { throw Self.notSignedIn }
        guard case .goesOn = try await refresher.refresh(session), let user = try await users.user(session.user) else {
            throw Self.notSignedIn
        }
        let principal = Principal(
            user: user, roles: try await users.roles(of: user.id), proof: .session(id),
            authentication: Authentication(time: session.authenticatedAt, level: session.level, seenAt: now))
        return (principal, min(session.expiresAt, now + BedelAuthenticator.memory))
    }

    private static let notSignedIn = BedelError(
        .signInRequired, "You are not signed in here, or no longer.", next: "Sign in again.")
}
