internal import BedelDomain

extension OpenIDProvider {
    /// What the provider says of a token (RFC 7662), to us as the client it knows.
    ///
    /// - Throws: ``BedelError`` `providerUnavailable` for every answer but 200 with a JSON object.
    func introspect(_ token: String) async throws -> JSONValue {
        let metadata = try await metadata()
        guard let endpoint = metadata.introspectionEndpoint, let secret = configuration.clientSecret else {
            throw ProviderHTTP.unavailable("\(configuration.issuer) names no introspection endpoint")
        }
        var form = [("token", token), ("token_type_hint", "access_token")]
        var authorization: String?
        if metadata.introspectionTakesBasicAuthentication {
            authorization = basic(secret)
        } else {
            form += [("client_id", configuration.clientID), ("client_secret", secret)]
        }
        let (status, body) = try await http.post(endpoint, form: form, authorization: authorization)
        guard status == 200 else { throw ProviderHTTP.unavailable("introspection answered \(status)") }
        guard let claims = JSONReader.read(body), claims.object != nil else {
            throw ProviderHTTP.unavailable("introspection is not JSON")
        }
        return claims
    }
}
