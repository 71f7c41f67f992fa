/// One trip to the OpenID provider and back: state and nonce are one-time, and bound to the browser that began it.
package struct SignInAttempt: Hashable, Sendable {
    /// SHA-256 of `state`; the state itself is only in the browser's address.
    package let stateHash: Digest
    /// SHA-256 of the value in the browser's short-lived cookie: the callback must come from the same browser.
    package let browserHash: Digest
    package let issuer: String
    package let nonce: String
    /// PKCE (RFC 7636); sent only to the token endpoint.
    package let codeVerifier: String
    /// A path on our own base, already checked.
    package let returnTo: String
    /// What the sign-in has to be like; checked on what the provider says when they come back.
    package let demand: SignInDemand?
    package let expiresAt: Timestamp

    package init(
        stateHash: Digest, browserHash: Digest, issuer: String, nonce: String, codeVerifier: String, returnTo: String,
        demand: SignInDemand? = nil, expiresAt: Timestamp
    ) {
        self.stateHash = stateHash
        self.browserHash = browserHash
        self.issuer = issuer
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.returnTo = returnTo
        self.demand = demand
        self.expiresAt = expiresAt
    }
}
