/// Turns a credential into a principal.
package protocol Authenticator: Sendable {
    /// - Returns: the principal, and until when the answer may be remembered (a revocation signal ends it sooner).
    /// - Throws: ``BedelError`` `invalidToken`, `expiredToken`, `providerUnavailable`; with a cookie that is not (or no
    ///   longer) good, `signInRequired`.
    func authenticate(_ credential: Credential) async throws -> (principal: Principal, until: Timestamp)
}

/// The browser's way in and out (OpenID Connect Core 1.0, section 3.1: authorization code, with PKCE, RFC 7636).
package protocol SignIn: Sendable {
    /// - Throws: `providerUnavailable`; `invalidRequest` when the wish names a provider that is none of ours.
    func begin(_ wish: SignInWish) async throws -> SignInRedirect
    /// - Parameters:
    ///   - query: the callback's query, as it came, undecoded.
    ///   - browser: the value of the short-lived cookie that ``begin(_:)`` set.
    ///   - old: the session this browser has already; it ends when the new one begins.
    ///   - host: the host the session is for.
    /// - Throws: `signInFailed`, `providerUnavailable`.
    func complete(
        query: String, browser: String?, inPlaceOf old: Session.ID?, host: String, in context: RequestContext
    ) async throws -> SignedIn
    /// The same answer when the provider has the browser post it (OAuth 2.0 Form Post Response Mode).
    ///
    /// With another site's form a browser sends no cookie of ours, so nothing is done yet: the answer goes once more
    /// through the browser, sealed, and comes back with the cookie.
    /// - Parameter form: the body, as it came, undecoded.
    /// - Returns: the query for ``complete(query:browser:inPlaceOf:host:in:)``.
    /// - Throws: `signInFailed`.
    func callbackQuery(posted form: String, in context: RequestContext) async throws -> String
    /// Ends the session here.
    /// - Returns: where to send the browser so that the provider's own session ends too (RP-initiated logout); nil when
    ///   the provider has no such place.
    func signOut(_ session: Session.ID, of principal: Principal, in context: RequestContext) async throws -> String?
    /// Ends what a logout token speaks of (OpenID Connect Back-Channel Logout 1.0).
    /// - Throws: `invalidToken` for what is none, or was used before; `providerUnavailable`.
    func endByProvider(logoutToken: String, in context: RequestContext) async throws
    /// Ends the sessions of the provider's session, which the browser names on the provider's behalf (OpenID Connect
    /// Front-Channel Logout 1.0). Whoever knows that name may end it; it is as long as a key.
    func endByBrowser(issuer: String, providerSession: String, in context: RequestContext) async throws
    /// Where somebody is signed in, newest first; sessions handed over to other hosts among them.
    func sessions(of user: User.ID) async throws -> [Session]
    /// Ends a session of somebody's, and those handed over from it.
    /// - Throws: `notFound` when it is not theirs, or has ended.
    func end(_ session: Session.ID, of user: User.ID, by principal: Principal, in context: RequestContext) async throws
    /// Signs somebody out everywhere.
    func endAll(of user: User.ID, by principal: Principal, in context: RequestContext) async throws
    /// A one-time code that opens a session of the same person at another host of ours.
    func handOver(_ session: Session.ID, of principal: Principal, to host: String) async throws -> String
    /// The other end of it.
    func receiveHandover(code: String, host: String) async throws -> SessionCookie
}

package struct SignInRedirect: Sendable {
    package let location: String
    /// For a cookie that lives as long as the attempt.
    package let browser: String
    package let lifetime: Duration

    package init(location: String, browser: String, lifetime: Duration) {
        self.location = location
        self.browser = browser
        self.lifetime = lifetime
    }
}

package struct SignedIn: Sendable {
    package let cookie: SessionCookie
    package let returnTo: String

    package init(cookie: SessionCookie, returnTo: String) {
        self.cookie = cookie
        self.returnTo = returnTo
    }
}

/// The sealed value of the session cookie.
package struct SessionCookie: Sendable {
    package let value: String
    package let lifetime: Duration

    package init(value: String, lifetime: Duration) {
        self.value = value
        self.lifetime = lifetime
    }
}

/// Access tokens of our own.
package protocol AccessTokens: Sendable {
    /// - Returns: the token with its secret, shown this once: `bdl_<id>_<secret>`.
    func issue(
        name: String, scopes: Set<Scope>, lifetime: Duration, to principal: Principal, in context: RequestContext
    ) async throws -> (token: AccessToken, secret: String)
    func list(of principal: Principal) async throws -> [AccessToken]
    /// - Throws: `notFound` when it is not theirs.
    func revoke(_ id: AccessToken.ID, by principal: Principal, in context: RequestContext) async throws
    /// Ends the token this is the text of, whoever says so: who holds it may give it up (RFC 7009, section 2.1). Nothing
    /// happens when it is none of ours, or over.
    func surrender(_ text: String, in context: RequestContext) async throws
}

/// The short-lived proof that a request came through the gateway: an ES256 JWT for one upstream (`X-Bedel-Assertion`).
package protocol Assertions: Sendable {
    /// - Returns: the token, and until when it may be sent again.
    func assertion(for principal: Principal, audience: String) throws -> (token: String, reusableUntil: Timestamp)
    /// - Returns: who it speaks of; roles and all as they were when it was signed.
    /// - Throws: `invalidToken`, `expiredToken`.
    func verify(_ token: String, audience: String) throws -> Principal
    /// The public keys as a JWK set (RFC 7517), JSON.
    var publicKeys: String { get }
}

/// Signs receipts so that they can be checked years later.
package protocol ReceiptSigner: Sendable {
    /// - Returns: a JWS in compact form (RFC 7515, section 7.1).
    func sign(_ receipt: Receipt) throws -> String
}
