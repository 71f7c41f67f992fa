package import BedelDomain
package import Logging
internal import OpenSSL

/// Signing in with an OpenID provider: authorization code with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 9700,
/// section 2.1), and everything a session needs afterwards.
package struct OpenIDSignIn: SignIn {
    let configuration: IdentityConfiguration
    let providers: Providers
    let keys: KeyRing
    let sessions: any SessionStore
    let users: any UserStore
    let audit: any AuditLog
    let clock: any TimeSource
    let logger: Logger

    package init(
        configuration: IdentityConfiguration, providers: Providers, keys: KeyRing, sessions: any SessionStore,
        users: any UserStore, audit: any AuditLog, clock: any TimeSource, logger: Logger
    ) {
        self.configuration = configuration
        self.providers = providers
        self.keys = keys
        self.sessions = sessions
        self.users = users
        self.audit = audit
        self.clock = clock
        self.logger = logger
    }

    var cookies: SessionCookies { SessionCookies(keys: keys) }

    package func begin(_ wish: SignInWish) async throws -> SignInRedirect {
        guard let provider = wish.issuer.map(providers.provider(issuer:)) ?? providers.first else {
            throw BedelError(
                .invalidRequest, "This server knows no such sign-in service.", next: "Choose one on the sign-in page.")
        }
        let metadata = try await provider.metadata()
        let secrets = AttemptSecrets(browser: wish.browser)
        try await sessions.begin(
            SignInAttempt(
                stateHash: OneTimeSecret.hash(secrets.state), browserHash: OneTimeSecret.hash(secrets.browser),
                issuer: provider.configuration.issuer.text, nonce: secrets.nonce, codeVerifier: secrets.verifier,
                returnTo: ReturnPath.sanitised(wish.returnTo), demand: wish.demand,
                expiresAt: clock.now() + configuration.attemptLifetime))
        return SignInRedirect(
            location: address(
                metadata.authorizationEndpoint, client: provider.configuration, secrets: secrets, wish.demand),
            browser: secrets.browser, lifetime: configuration.attemptLifetime)
    }

    private func address(
        _ endpoint: WebAddress, client: ProviderConfiguration, secrets: AttemptSecrets, _ demand: SignInDemand?
    ) -> String {
        let demanded = demand?.fields.map { ($0.name, $0.value) } ?? []
        let mode = client.responseMode == .formPost ? [("response_mode", client.responseMode.rawValue)] : []
        return endpoint.with(
            query: [
                ("response_type", "code"), ("client_id", client.clientID), ("redirect_uri", configuration.callback),
                ("scope", client.scopes.joined(separator: " ")), ("state", secrets.state), ("nonce", secrets.nonce),
                ("code_challenge", secrets.challenge), ("code_challenge_method", "S256"),
            ] + demanded + mode)
    }
}

/// What only we, the browser and (some of it) the provider know of one attempt.
private struct AttemptSecrets {
    let state = OneTimeSecret.make()
    let nonce = OneTimeSecret.make()
    let verifier = OneTimeSecret.make()
    /// One browser keeps one value over many tabs, so that the newest tab does not spoil the others.
    let browser: String

    init(browser: String?) {
        self.browser = browser.flatMap { OneTimeSecret.isWellFormed($0) ? $0 : nil } ?? OneTimeSecret.make()
    }

    /// RFC 7636, section 4.2.
    var challenge: String { Base64.urlEncoded(SHA256.digest(of: Array(verifier.utf8))) }
}

extension WebAddress {
    /// The address with these fields added to its query.
    func with(query fields: [(String, String)]) -> String {
        text + (text.contains("?") ? "&" : "?") + FormEncoding.encode(fields)
    }
}
