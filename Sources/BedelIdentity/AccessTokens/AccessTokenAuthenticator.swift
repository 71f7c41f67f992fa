internal import BedelDomain
internal import Logging
internal import OpenSSL

/// Who an access token of ours belongs to.
struct AccessTokenAuthenticator: Sendable {
    /// `lastUsedAt` is not written more often than this: it answers "is this still in use?", not "how often?".
    private static let markingInterval = Duration.seconds(60)

    let tokens: any AccessTokenStore
    let users: any UserStore
    let clock: any TimeSource
    let logger: Logger

    /// - Throws: ``TokenFault``.
    func authenticate(_ text: String) async throws -> (principal: Principal, until: Timestamp) {
        let presented = try AccessTokenText(parsing: text)
        let now = clock.now()
        guard let found = try await tokens.find(presented.id),
            ConstantTime.equal(found.secretHash.hex, presented.secretHash.hex)
        else { throw TokenFault.unknownToken }
        let token = found.token
        guard token.revokedAt == nil else { throw TokenFault.revoked }
        guard token.expiresAt > now else { throw TokenFault.expired }
        guard let user = try await users.user(token.user) else { throw TokenFault.unknownToken }
        await mark(token, at: now)
        let principal = Principal(
            user: user, roles: try await users.roles(of: user.id), proof: .accessToken(token.id, token.scopes))
        return (principal, min(token.expiresAt, now + BedelAuthenticator.memory))
    }

    /// A token that cannot be marked is still good.
    private func mark(_ token: AccessToken, at now: Timestamp) async {
        if let last = token.lastUsedAt, now - last < Self.markingInterval { return }
        do {
            try await tokens.markUsed(token.id, at: now)
        } catch {
            logger.warning(
                "could not mark an access token as used", metadata: ["token": "\(token.id)", "error": "\(error)"])
        }
    }
}
