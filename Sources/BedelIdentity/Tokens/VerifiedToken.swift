/// A token whose signature is one of its issuer's keys'. Its claims are still to be checked.
struct VerifiedToken: Sendable {
    /// The media type in its header; see ``JSONWebSignature/type``.
    let type: String?
    let claims: JSONValue
}
