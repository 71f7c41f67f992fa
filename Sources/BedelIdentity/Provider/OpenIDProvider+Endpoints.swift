internal import BedelDomain
internal import OpenSSL

extension OpenIDProvider {
    /// What the token endpoint gives for a code (OpenID Connect Core, section 3.1.3.3).
    struct Tokens: Sendable {
        let idToken: String
        let accessToken: String
        /// Nil when the provider gives none.
        var refreshToken: String?
        /// Of the access token; nil when it does not say.
        var lifetime: Duration?
    }

    /// Trades the code in, with the PKCE verifier that proves it was us who asked (RFC 7636, section 4.5).
    ///
    /// - Throws: ``SignInFault`` when the provider refuses it, ``BedelError`` `providerUnavailable`.
    func exchange(code: String, verifier: String, callback: String) async throws -> Tokens {
        let (status, answer) = try await askTokenEndpoint([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback),
            ("code_verifier", verifier),
        ])
        guard status == 200 else {
            throw SignInFault(.codeRefused, detail: "\(status) \(answer?["error"]?.string ?? "")")
        }
        guard let idToken = answer?["id_token"]?.string, let accessToken = answer?["access_token"]?.string,
            answer?["token_type"]?.string?.lowercased() == "bearer"
        else { throw SignInFault(.badTokenResponse) }
        return Tokens(
            idToken: idToken, accessToken: accessToken, refreshToken: Self.refreshToken(in: answer),
            lifetime: Self.lifetime(in: answer))
    }

    /// What came of asking with a refresh token (RFC 6749, section 6; OpenID Connect Core, section 12).
    enum Refreshed: Sendable {
        /// The ID token may be left out, and the refresh token be the old one.
        case tokens(idToken: String?, accessToken: String, refreshToken: String?, lifetime: Duration?)
        /// The provider has ended it: signed out there, locked out, or the token was used twice.
        case ended
    }

    /// - Throws: ``BedelError`` `providerUnavailable` for everything that is no answer to the question.
    func refresh(_ token: String) async throws -> Refreshed {
        let (status, answer) = try await askTokenEndpoint([("grant_type", "refresh_token"), ("refresh_token", token)])
        if status == 400, answer?["error"]?.string == "invalid_grant" { return .ended }
        guard status == 200, let accessToken = answer?["access_token"]?.string,
            answer?["token_type"]?.string?.lowercased() == "bearer"
        else { throw ProviderHTTP.unavailable("the token endpoint answered \(status) to a refresh token") }
        return .tokens(
            idToken: answer?["id_token"]?.string, accessToken: accessToken, refreshToken: Self.refreshToken(in: answer),
            lifetime: Self.lifetime(in: answer))
    }

    private static func refreshToken(in answer: JSONValue?) -> String? {
        answer?["refresh_token"]?.string.flatMap { (1...maximumRefreshToken).contains($0.utf8.count) ? $0 : nil }
    }

    private static func lifetime(in answer: JSONValue?) -> Duration? {
        answer?["expires_in"]?.number.flatMap { (1..<1e9).contains($0) ? .seconds(Int64($0)) : nil }
    }

    /// Keycloak's are JWTs of about 1 KiB.
    private static var maximumRefreshToken: Int { 8192 }

    /// Proves that it is us who ask, in the way the provider takes.
    private func askTokenEndpoint(_ fields: [(String, String)]) async throws -> (status: Int, answer: JSONValue?) {
        let metadata = try await metadata()
        var form = fields
        var authorization: String?
        switch configuration.clientSecret {
        case nil: form.append(("client_id", configuration.clientID))
        case .some(let secret) where metadata.takesBasicAuthentication: authorization = basic(secret)
        case .some(let secret): form += [("client_id", configuration.clientID), ("client_secret", secret)]
        }
        let (status, body) = try await http.post(metadata.tokenEndpoint, form: form, authorization: authorization)
        guard status < 500 else { throw ProviderHTTP.unavailable("the token endpoint answered \(status)") }
        return (status, JSONReader.read(body))
    }

    /// The claims of the userinfo endpoint; nil when there is none.
    ///
    /// - Throws: ``SignInFault`` when it speaks of somebody else (OpenID Connect Core, section 5.3.2).
    func userinfo(accessToken: String, subject: String) async throws -> JSONValue? {
        guard let endpoint = try await metadata().userinfoEndpoint else { return nil }
        let (body, type) = try await http.get(
            endpoint, accept: "application/json, application/jwt;q=0.9", bearer: accessToken)
        let claims = type == "application/jwt" ? try await signedUserinfo(body) : JSONReader.read(body)
        guard let claims, claims.object != nil else { throw ProviderHTTP.unavailable("userinfo is not JSON") }
        guard claims["sub"]?.string == subject else { throw SignInFault(.userinfoOfAnother) }
        return claims
    }

    /// Userinfo as a JWT (OpenID Connect Core, section 5.3.2), signed by the provider and for us.
    private func signedUserinfo(_ body: [UInt8]) async throws -> JSONValue {
        guard let text = String(validating: body, as: UTF8.self) else { throw TokenFault.malformed }
        let token = try await verify(try JSONWebSignature(compact: text))
        try UserinfoRules(issuer: configuration.issuer.text, clientID: configuration.clientID).check(token)
        return token.claims
    }

    /// RFC 6749, section 2.3.1: both parts form-encoded first.
    func basic(_ secret: String) -> String {
        let pair = FormEncoding.encode(configuration.clientID) + ":" + FormEncoding.encode(secret)
        return "Basic " + Base64.encoded(Array(pair.utf8))
    }
}
