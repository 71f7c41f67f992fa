internal import BedelDomain

/// The checks of OpenID Connect Back-Channel Logout 1.0, section 2.6, on a token whose signature has been verified.
struct LogoutTokenRules {
    static let event = "http://schemas.openid.net/event/backchannel-logout"
    /// A logout is news; one that was signed longer ago than this is a replay.
    static let maximumAge = Duration.seconds(300)

    let issuer: String
    let clientID: String
    let time: TimeRules

    struct Content: Equatable {
        let subject: String?
        let providerSession: String?
        let id: String
    }

    func check(_ token: VerifiedToken) throws(TokenFault) -> Content {
        let claims = token.claims
        try checkType(token)
        try CommonRules.checkIssuer(claims, is: issuer)
        guard try CommonRules.audiences(claims).contains(clientID) else { throw .wrongAudience }
        let issued = try time.checkIssueTime(claims)
        guard time.now - Self.maximumAge - time.leeway <= issued else { throw .expired }
        // The final specification demands `exp`, older providers do not send it; the age above bounds both.
        if claims["exp"] != nil { _ = try time.checkExpiry(claims) }
        try time.checkNotBefore(claims)
        guard let events = claims["events"]?.object, events[Self.event]?.object != nil else { throw .wrongEvent }
        // So that an ID token is not taken for one.
        guard claims["nonce"] == nil else { throw .wrongNonce }
        guard let id = claims["jti"]?.string, (1...255).contains(id.utf8.count) else { throw .missingTokenID }
        let subject = claims["sub"] == nil ? nil : try CommonRules.subject(claims)
        let session = try providerSession(claims)
        guard subject != nil || session != nil else { throw .wrongSubject }
        return Content(subject: subject, providerSession: session, id: id)
    }

    /// Section 2.4 asks for the type `logout+jwt`, which Keycloak sends; others say `JWT` or nothing. Keycloak's claim
    /// `typ` says `Logout`.
    private func checkType(_ token: VerifiedToken) throws(TokenFault) {
        guard [nil, "jwt", "logout+jwt"].contains(token.type) else { throw .wrongType }
        if let kind = token.claims["typ"], kind.string != "Logout" { throw .wrongType }
    }

    private func providerSession(_ claims: JSONValue) throws(TokenFault) -> String? {
        guard let claim = claims["sid"] else { return nil }
        guard let session = claim.string, (1...255).contains(session.utf8.count) else { throw .malformed }
        return session
    }
}
