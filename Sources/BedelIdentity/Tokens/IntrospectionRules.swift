internal import BedelDomain

/// The checks on what a provider says of an opaque access token (RFC 7662, section 2.2).
struct IntrospectionRules {
    let issuer: String
    let audiences: Set<String>
    /// The applications whose tokens count; empty for all.
    let parties: Set<String>
    let maximumLifetime: Duration
    let time: TimeRules

    func check(_ claims: JSONValue) throws(TokenFault) -> AcceptedToken {
        guard let isActive = claims["active"]?.bool else { throw .malformed }
        guard isActive else { throw .inactive }
        try checkType(claims)
        // We asked the provider itself, so it need not name itself; but it may not name another.
        if claims["iss"] != nil { try CommonRules.checkIssuer(claims, is: issuer) }
        guard !audiences.isDisjoint(with: try CommonRules.audiences(claims)) else { throw .wrongAudience }
        try CommonRules.checkParty(claims, among: parties)
        let expiresAt = try time.checkExpiry(claims)
        try time.checkNotBefore(claims)
        if claims["iat"] != nil {
            guard expiresAt - (try time.checkIssueTime(claims)) <= maximumLifetime else { throw .livesTooLong }
        }
        // Bound to a key of the sender's (RFC 7800), which a bearer has not shown.
        guard claims["cnf"] == nil else { throw .senderConstrained }
        return AcceptedToken(issuer: issuer, subject: try CommonRules.subject(claims), expiresAt: expiresAt)
    }

    /// A refresh token is active too. So the answer has to say that this is an access token: `token_type` (RFC 7662)
    /// is `Bearer`, or `access_token` with some; Keycloak says it once more in `typ`.
    private func checkType(_ claims: JSONValue) throws(TokenFault) {
        try CommonRules.refuseEvents(claims)
        let kind = claims["typ"]
        guard kind == nil || kind?.string == "Bearer" else { throw .wrongType }
        switch claims["token_type"] {
        case nil: guard kind != nil else { throw .wrongType }
        case .some(let type):
            guard ["bearer", "access_token"].contains(type.string?.lowercased()) else { throw .wrongType }
        }
    }
}
