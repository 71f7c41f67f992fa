internal import BedelDomain

/// A provider's access token that has passed every check: whose it is, and how long.
struct AcceptedToken: Hashable, Sendable {
    let issuer: String
    let subject: String
    let expiresAt: Timestamp
}
