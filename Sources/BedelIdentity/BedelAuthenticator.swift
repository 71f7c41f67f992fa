package import BedelDomain
package import Logging

/// Turns every kind of credential into a principal.
package struct BedelAuthenticator: Authenticator {
    /// So long may an answer be remembered; then a withdrawn role, session or token is noticed even without a signal.
    static let memory = Duration.seconds(60)

    private let browser: SessionAuthenticator
    private let own: AccessTokenAuthenticator
    private let provided: ProviderTokenAuthenticator

    package init(
        configuration: IdentityConfiguration, providers: Providers, keys: KeyRing, sessions: any SessionStore,
        users: any UserStore, tokens: any AccessTokenStore, clock: any TimeSource, logger: Logger
    ) {
        browser = SessionAuthenticator(
            cookies: SessionCookies(keys: keys), sessions: sessions, users: users,
            refresher: SessionRefresher(
                providers: providers, keys: keys, sessions: sessions, users: users, clock: clock,
                leeway: configuration.leeway, logger: logger),
            clock: clock)
        own = AccessTokenAuthenticator(tokens: tokens, users: users, clock: clock, logger: logger)
        provided = ProviderTokenAuthenticator(
            providers: providers, configuration: configuration, users: users, clock: clock)
    }

    package func authenticate(_ credential: Credential) async throws -> (principal: Principal, until: Timestamp) {
        do {
            switch credential {
            case .cookie(let value, let host): return try await browser.authenticate(value, host: host)
            case .bearer(let token) where AccessTokenText.looksLikeOne(token): return try await own.authenticate(token)
            case .bearer(let token): return try await provided.authenticate(token)
            case .basic(_, let password): return try await own.authenticate(password)
            }
        } catch let fault as TokenFault {
            throw fault.refusal
        }
    }
}
