internal import BedelDomain

/// The checks on a provider's access token: RFC 9068 (`at+jwt`), or Keycloak's, whose claim `typ` says `Bearer`.
///
/// One of the two marks must be there. A token that does not say what it is could be an ID token, which every
/// application of the provider's gets to see, and would then open our door with their users' names.
struct AccessTokenRules {
    let issuer: String
    let audiences: Set<String>
    /// The applications whose tokens count; empty for all.
    let parties: Set<String>
    let maximumLifetime: Duration
    let time: TimeRules

    /// - Returns: the subject, and when the token expires.
    func check(_ token: VerifiedToken) throws(TokenFault) -> (subject: String, expiresAt: Timestamp) {
        let claims = token.claims
        try checkType(token)
        try CommonRules.checkIssuer(claims, is: issuer)
        guard !audiences.isDisjoint(with: try CommonRules.audiences(claims)) else { throw .wrongAudience }
        try CommonRules.checkParty(claims, among: parties)
        let expiresAt = try time.checkExpiry(claims)
        let issuedAt = try time.checkIssueTime(claims)
        try time.checkNotBefore(claims)
        guard expiresAt - issuedAt <= maximumLifetime else { throw .livesTooLong }
        // Bound to a key of the sender's (RFC 7800), which a bearer has not shown.
        guard claims["cnf"] == nil else { throw .senderConstrained }
        return (try CommonRules.subject(claims), expiresAt)
    }

    private func checkType(_ token: VerifiedToken) throws(TokenFault) {
        try CommonRules.refuseEvents(token.claims)
        let kind = token.claims["typ"]
        switch token.type {
        case "at+jwt": guard kind == nil || kind?.string == "Bearer" else { throw .wrongType }
        case nil, "jwt": guard kind?.string == "Bearer" else { throw .wrongType }
        default: throw .wrongType
        }
    }
}
