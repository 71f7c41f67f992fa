internal import BedelDomain
internal import OpenSSL

/// The checks of OpenID Connect Core, section 3.1.3.7, on a token whose signature has been verified.
struct IDTokenRules {
    let issuer: String
    let clientID: String
    let time: TimeRules

    /// - Parameters:
    ///   - nonce: what was sent with the request.
    ///   - accessToken: came with it; checked against `at_hash` when that is there (section 3.1.3.6).
    /// - Returns: the subject.
    func check(
        _ token: VerifiedToken, nonce: String, accessToken: String?, algorithm: SignatureAlgorithm
    ) throws(TokenFault) -> String {
        let subject = try check(token)
        guard let claimed = token.claims["nonce"]?.string, ConstantTime.equal(claimed, nonce) else { throw .wrongNonce }
        if let hash = token.claims["at_hash"], let accessToken { try check(hash, of: accessToken, algorithm) }
        return subject
    }

    /// The same for a token that came with a refresh, where no nonce was sent (section 12.2).
    ///
    /// - Parameter subject: whose session it is; a token for anybody else ends it.
    func check(_ token: VerifiedToken, refreshed subject: String) throws(TokenFault) {
        guard try check(token) == subject else { throw .wrongSubject }
    }

    /// That the person proved who they are as lately and as well as was asked for (section 3.1.3.7, points 12 and 13).
    func check(_ token: VerifiedToken, meets demand: SignInDemand) throws(TokenFault) {
        if let maximumAge = demand.maximumAge {
            guard let proved = try TimeRules.date(token.claims["auth_time"]), proved - time.leeway <= time.now,
                proved + maximumAge + time.leeway >= time.now
            else { throw .staleAuthentication }
        }
        guard demand.levels.isEmpty || token.claims["acr"]?.string.map(demand.levels.contains) ?? false else {
            throw .weakAuthentication
        }
    }

    private func check(_ token: VerifiedToken) throws(TokenFault) -> String {
        let claims = token.claims
        try checkType(token)
        try CommonRules.checkIssuer(claims, is: issuer)
        try checkAudience(claims)
        _ = try time.checkExpiry(claims)
        _ = try time.checkIssueTime(claims)
        try time.checkNotBefore(claims)
        return try CommonRules.subject(claims)
    }

    /// Keycloak says `ID` in the claim `typ`; the header of an ID token says `JWT` or nothing.
    private func checkType(_ token: VerifiedToken) throws(TokenFault) {
        guard token.type == nil || token.type == "jwt" else { throw .wrongType }
        if let kind = token.claims["typ"], kind.string != "ID" { throw .wrongType }
        try CommonRules.refuseEvents(token.claims)
    }

    private func checkAudience(_ claims: JSONValue) throws(TokenFault) {
        let audiences = try CommonRules.audiences(claims)
        guard audiences.contains(clientID) else { throw .wrongAudience }
        let party = claims["azp"]
        guard party == nil || party?.string == clientID else { throw .wrongParty }
        guard audiences.count == 1 || party != nil else { throw .wrongParty }
    }

    private func check(_ hash: JSONValue, of accessToken: String, _ algorithm: SignatureAlgorithm) throws(TokenFault) {
        let whole = algorithm.hash(of: Array(accessToken.utf8))
        let expected = Base64.urlEncoded(Array(whole.prefix(whole.count / 2)))
        guard let claimed = hash.string, ConstantTime.equal(claimed, expected) else { throw .wrongAccessTokenHash }
    }
}
