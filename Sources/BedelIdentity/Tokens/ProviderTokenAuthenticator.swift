internal import BedelDomain

/// Who an access token of a provider's belongs to.
struct ProviderTokenAuthenticator: Sendable {
    let providers: Providers
    let configuration: IdentityConfiguration
    let users: any UserStore
    let clock: any TimeSource

    /// - Throws: ``TokenFault``; ``BedelError`` `providerUnavailable` when its keys cannot be had.
    func authenticate(_ text: String) async throws -> (principal: Principal, until: Timestamp) {
        let token = try JSONWebSignature(compact: text)
        // The issuer only chooses whose keys are tried; it is checked again once the signature is.
        guard let issuer = JSONReader.read(token.payload)?["iss"]?.string,
            let provider = providers.provider(issuer: issuer), !provider.configuration.accessTokenAudiences.isEmpty
        else { throw TokenFault.unknownIssuer }
        let verified = try await provider.verify(token)
        let now = clock.now()
        let rules = AccessTokenRules(
            issuer: issuer, audiences: provider.configuration.accessTokenAudiences,
            maximumLifetime: configuration.maximumTokenLifetime,
            time: TimeRules(now: now, leeway: configuration.leeway))
        let (subject, expiresAt) = try rules.check(verified)
        guard let user = try await users.user(issuer: issuer, subject: subject) else { throw TokenFault.unknownUser }
        let principal = Principal(user: user, roles: try await users.roles(of: user.id), proof: .providerToken)
        return (principal, min(expiresAt + configuration.leeway, now + BedelAuthenticator.memory))
    }
}
