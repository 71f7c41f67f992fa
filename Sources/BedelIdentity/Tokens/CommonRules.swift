/// What every kind of token must fulfil.
enum CommonRules {
    static func checkIssuer(_ claims: JSONValue, is issuer: String) throws(TokenFault) {
        guard claims["iss"]?.string == issuer else { throw .wrongIssuer }
    }

    /// `aud` is one string or a list of them (RFC 7519, section 4.1.3).
    static func audiences(_ claims: JSONValue) throws(TokenFault) -> [String] {
        let audiences = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.strings ?? []
        guard !audiences.isEmpty, audiences.count <= 100 else { throw .wrongAudience }
        return audiences
    }

    /// Whom the token was made for: `azp` (OpenID Connect Core, section 2; Keycloak) or `client_id` (RFC 9068, section
    /// 2.2; RFC 7662). Where both stand they have to agree.
    ///
    /// - Parameter allowed: empty for everybody.
    static func checkParty(_ claims: JSONValue, among allowed: Set<String>) throws(TokenFault) {
        let named = [claims["azp"], claims["client_id"]].compactMap(\.self)
        let parties = Set(named.compactMap(\.string))
        guard parties.count <= 1, named.allSatisfy({ $0.string != nil }) else { throw .wrongParty }
        guard allowed.isEmpty || !parties.isDisjoint(with: allowed) else { throw .wrongParty }
    }

    /// At most 255 ASCII characters (OpenID Connect Core, section 2), none of them a control character.
    static func subject(_ claims: JSONValue) throws(TokenFault) -> String {
        guard let subject = claims["sub"]?.string, (1...255).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .wrongSubject }
        return subject
    }

    /// A logout token (OpenID Connect Back-Channel Logout, section 2.4) or another security event is nobody's proof.
    static func refuseEvents(_ claims: JSONValue) throws(TokenFault) {
        guard claims["events"] == nil else { throw .wrongType }
    }
}
