/// The checks on userinfo that comes as a signed JWT (OpenID Connect Core, section 5.3.2).
///
/// `iss` and `aud` should be there and need not be; what is there has to be right. Another kind of token of the same
/// provider's does not pass for userinfo.
struct UserinfoRules {
    let issuer: String
    let clientID: String

    func check(_ token: VerifiedToken) throws(TokenFault) {
        guard token.type == nil || token.type == "jwt", token.claims["typ"] == nil else { throw .wrongType }
        try CommonRules.refuseEvents(token.claims)
        if token.claims["iss"] != nil { try CommonRules.checkIssuer(token.claims, is: issuer) }
        if token.claims["aud"] != nil {
            guard try CommonRules.audiences(token.claims).contains(clientID) else { throw .wrongAudience }
        }
    }
}
