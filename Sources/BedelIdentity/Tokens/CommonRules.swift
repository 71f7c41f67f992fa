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
