/// A one-time code that carries a session from the base to another host of ours. Never a shared cookie: a page of one
/// service must not hold what opens the next.
package struct Handover: Hashable, Sendable {
    package let codeHash: Digest
    package let session: Session.ID
    package let user: User.ID
    package let host: String
    package let expiresAt: Timestamp

    package init(codeHash: Digest, session: Session.ID, user: User.ID, host: String, expiresAt: Timestamp) {
        self.codeHash = codeHash
        self.session = session
        self.user = user
        self.host = host
        self.expiresAt = expiresAt
    }
}
