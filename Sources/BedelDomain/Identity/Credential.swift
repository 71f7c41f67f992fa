/// What a request carries to prove who sends it, not yet checked.
package enum Credential: Hashable, Sendable {
    /// `Authorization: Bearer` (RFC 6750, section 2.1): an access token of ours or of the provider's.
    case bearer(String)
    /// `Authorization: Basic` (RFC 7617), from git only: any user name, an access token as the password.
    case basic(user: String, password: String)
    /// The sealed session cookie, together with the host it was sent to.
    case cookie(String, host: String)
}
