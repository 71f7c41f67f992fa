internal import BedelDomain

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it is used here.
struct ProviderMetadata: Sendable {
    let authorizationEndpoint: WebAddress
    let tokenEndpoint: WebAddress
    let keySet: WebAddress
    let userinfoEndpoint: WebAddress?
    let endSessionEndpoint: WebAddress?
    /// RFC 8414, section 2.
    let introspectionEndpoint: WebAddress?
    /// The authorization response names its issuer (RFC 9207), so one that does not is not the provider's.
    let namesIssuerInResponse: Bool
    let takesBasicAuthentication: Bool
    let introspectionTakesBasicAuthentication: Bool

    static func address(of issuer: WebAddress) -> String {
        (issuer.text.hasSuffix("/") ? String(issuer.text.dropLast()) : issuer.text)
            + "/.well-known/openid-configuration"
    }

    /// - Throws: ``BedelError`` `providerUnavailable`; its detail says what is wrong.
    init(_ bytes: [UInt8], issuer: WebAddress) throws(BedelError) {
        guard let members = JSONReader.read(bytes)?.object else {
            throw ProviderHTTP.unavailable("the metadata of \(issuer) is not JSON")
        }
        // Else somebody could serve metadata in another's name (OpenID Connect Discovery, section 4.3).
        guard members["issuer"]?.string == issuer.text else {
            throw ProviderHTTP.unavailable("the metadata of \(issuer) is in another issuer's name")
        }
        func required(_ name: String) throws(BedelError) -> WebAddress {
            guard let address = try optional(name) else {
                throw ProviderHTTP.unavailable("the metadata of \(issuer) lacks \(name)")
            }
            return address
        }
        func optional(_ name: String) throws(BedelError) -> WebAddress? {
            guard let value = members[name], value != .null else { return nil }
            guard let address = value.string.flatMap(WebAddress.init) else {
                throw ProviderHTTP.unavailable("\(name) of \(issuer) is no address that can be trusted")
            }
            return address
        }
        authorizationEndpoint = try required("authorization_endpoint")
        tokenEndpoint = try required("token_endpoint")
        keySet = try required("jwks_uri")
        userinfoEndpoint = try optional("userinfo_endpoint")
        endSessionEndpoint = try optional("end_session_endpoint")
        introspectionEndpoint = try optional("introspection_endpoint")
        namesIssuerInResponse = members["authorization_response_iss_parameter_supported"]?.bool ?? false
        let methods = members["token_endpoint_auth_methods_supported"]?.strings ?? ["client_secret_basic"]
        takesBasicAuthentication = Self.includeBasic(methods)
        introspectionTakesBasicAuthentication = Self.includeBasic(
            members["introspection_endpoint_auth_methods_supported"]?.strings ?? methods)
    }

    /// Preferred, and tried when nothing we know is named.
    private static func includeBasic(_ methods: [String]) -> Bool {
        methods.contains("client_secret_basic") || !methods.contains("client_secret_post")
    }
}
