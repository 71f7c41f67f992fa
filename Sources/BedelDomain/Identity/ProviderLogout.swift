/// A provider's word that somebody is signed in there no longer, after every check has passed.
package struct ProviderLogout: Hashable, Sendable {
    /// A logout token that was believed, so that it is not believed again.
    package struct Token: Hashable, Sendable {
        package let hash: Digest
        /// When it could not be sent again anyway.
        package let forgottenAt: Timestamp

        package init(hash: Digest, forgottenAt: Timestamp) {
            self.hash = hash
            self.forgottenAt = forgottenAt
        }
    }

    package let issuer: String
    /// Nil: whoever the session is of.
    package let subject: String?
    /// The provider's own session id (`sid`); nil: all sessions of the subject.
    package let providerSession: String?
    /// Nil when it came by the browser.
    package let token: Token?

    /// - Precondition: a subject or a session; without either it would end everybody's.
    package init(issuer: String, subject: String?, providerSession: String?, token: Token?) {
        precondition(subject != nil || providerSession != nil, "a logout names somebody or something")
        self.issuer = issuer
        self.subject = subject
        self.providerSession = providerSession
        self.token = token
    }
}
