internal import BedelDomain

/// Who an access token of a provider's belongs to.
struct ProviderTokenAuthenticator: Sendable {
    let providers: Providers
    let configuration: IdentityConfiguration
    let users: any UserStore
    let clock: any TimeSource
    /// Nil when opaque tokens are not taken.
    let introspector: Introspector?

    init(
        providers: Providers, configuration: IdentityConfiguration, users: any UserStore, clock: any TimeSource
    ) {
        self.providers = providers
        self.configuration = configuration
        self.users = users
        self.clock = clock
        introspector = Introspector(
            providers, configuration: configuration, clock: clock,
            limits: .init(memory: BedelAuthenticator.memory, retry: configuration.timing.retry))
    }

    /// - Throws: ``TokenFault``; ``BedelError`` `providerUnavailable` when its keys, or its word on an opaque token,
    ///   cannot be had.
    func authenticate(_ text: String) async throws -> (principal: Principal, until: Timestamp) {
        let token = try await accept(text)
        guard let user = try await users.user(issuer: token.issuer, subject: token.subject) else {
            throw TokenFault.unknownUser
        }
        let principal = Principal(user: user, roles: try await users.roles(of: user.id), proof: .providerToken)
        return (principal, min(token.expiresAt + configuration.leeway, clock.now() + BedelAuthenticator.memory))
    }

    private func accept(_ text: String) async throws -> AcceptedToken {
        guard text.utf8.count <= JSONWebSignature.maximumSize else { throw TokenFault.tooLarge }
        if let introspector, !JSONWebSignature.hasForm(text), Introspector.mayBeToken(text) {
            return try await introspector.verify(text)
        }
        // Whoever makes up names of keys by the thousand gets no more of our time than that.
        let token = try JSONWebSignature(compact: text) { !providers.surelyLack(keyNamed: $0) }
        // The issuer only chooses whose keys are tried; it is checked again once the signature is.
        let claims = try token.readClaims()
        guard let issuer = claims["iss"]?.string, let provider = providers.provider(issuer: issuer),
            !provider.configuration.accessTokenAudiences.isEmpty
        else { throw TokenFault.unknownIssuer }
        let rules = AccessTokenRules(
            issuer: issuer, audiences: provider.configuration.accessTokenAudiences,
            parties: provider.configuration.accessTokenParties, maximumLifetime: configuration.maximumTokenLifetime,
            time: TimeRules(now: clock.now(), leeway: configuration.leeway))
        try await provider.checkSignature(of: token)
        let (subject, expiresAt) = try rules.check(VerifiedToken(type: token.type, claims: claims))
        return AcceptedToken(issuer: issuer, subject: subject, expiresAt: expiresAt)
    }
}
