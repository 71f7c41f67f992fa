internal import BedelDomain

extension OpenIDProvider {
    /// Who the claims speak of. Asks the userinfo endpoint for what they leave out; when that fails, so does this: groups
    /// that are missing for a moment would otherwise cost somebody their memberships.
    func identity(_ claims: JSONValue, subject: String, accessToken: String) async throws -> VerifiedIdentity {
        let reader = ClaimReader(mapping: configuration.claims, adminGroup: configuration.adminGroup)
        var all = claims.object ?? [:]
        if reader.lacksSomething(claims),
            let more = try await userinfo(accessToken: accessToken, subject: subject)?.object
        {
            all.merge(more) { signed, _ in signed }
        }
        return try reader.identity(from: .object(all), issuer: configuration.issuer.text, subject: subject)
    }
}
