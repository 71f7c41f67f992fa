internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// Bedel as an authorization server for tokens of its own, so far as a program without a browser needs it: the device
/// authorization grant (RFC 8628) and giving a token up (RFC 7009). Any OAuth library can speak it.
struct OAuthAPI: Sendable {
    /// The one client: public, so its name proves nothing and keeps nobody out.
    static let clientID = "bedel-cli"
    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
    static let usualScopes: Set<Scope> = [.read, .submit, .predict]
    private static let form = Operation.Body.media(["application/x-www-form-urlencoded"])
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .post, .oauthDevice, .everybody(because: "whoever asks has no token yet, and gets none here"),
                .init(
                    id: "beginDeviceSignIn",
                    summary: "Codes for a program without a browser (RFC 8628): client_id, scope, client_name, days",
                    request: Self.form, answer: .json(DeviceCodesRepresentation.schema)), handler: begin),
            .api(
                .post, .oauthToken, .everybody(because: "the device code is what proves it"),
                .init(
                    id: "redeemDeviceCode",
                    summary: "The token, once somebody has let the program in: grant_type, device_code, client_id",
                    request: Self.form, answer: .json(GrantRepresentation.schema)), handler: redeem),
            .api(
                .post, .oauthRevocation, .everybody(because: "whoever holds a token may give it up"),
                .init(
                    id: "surrenderToken", summary: "End the access token in the field token (RFC 7009)",
                    request: Self.form, answer: .empty), handler: surrender),
        ]
    }

    @Sendable private func begin(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        guard fields["client_id"] == Self.clientID else { return try refuse("invalid_client") }
        var scopes: Set<Scope> = []
        for name in fields["scope"]?.split(separator: " ") ?? [] {
            guard let scope = Scope(rawValue: String(name)) else { return try refuse("invalid_scope") }
            scopes.insert(scope)
        }
        let days = try fields.number("days", in: TokenOrder.days) ?? TokenOrder.usualDays
        let codes = try await desk.ports.devices.begin(
            client: fields["client_name"] ?? Self.clientID, scopes: scopes.isEmpty ? Self.usualScopes : scopes,
            tokenLifetime: .seconds(days * 86_400), in: visit.context)
        return try JSONAnswer.response(DeviceCodesRepresentation(codes, base: desk.configuration.baseURL))
    }

    @Sendable private func redeem(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        guard fields["client_id"] == Self.clientID else { return try refuse("invalid_client") }
        guard fields["grant_type"] == Self.deviceGrant else { return try refuse("unsupported_grant_type") }
        guard let code = fields["device_code"] else { return try refuse("invalid_request") }
        switch try await desk.ports.devices.redeem(deviceCode: code, in: visit.context) {
        case .token(let token, let secret):
            return try JSONAnswer.response(GrantRepresentation(token, secret: secret, at: visit.now))
        case .pending: return try refuse("authorization_pending")
        case .slowDown: return try refuse("slow_down")
        case .denied: return try refuse("access_denied")
        case .expired: return try refuse("expired_token")
        case .invalid: return try refuse("invalid_grant")
        }
    }

    /// Always the same answer: whether there was such a token is nobody's business (RFC 7009, section 2.2).
    @Sendable private func surrender(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        guard let token = fields["token"] else { return try refuse("invalid_request") }
        try await desk.ports.tokens.surrender(token, in: visit.context)
        return Response(status: .ok)
    }

    /// RFC 6749, section 5.2, and RFC 8628, section 3.5: OAuth's own words, which its libraries look for.
    private func refuse(_ error: String) throws(BedelError) -> Response {
        try JSONAnswer.response(["error": error], status: error == "invalid_client" ? .unauthorized : .badRequest)
    }
}
