internal import BedelDomain

extension OpenIDProvider {
    /// Who the claims speak of. Asks the userinfo endpoint for what they leave out; when that fails, so does this: groups
    /// that are missing for a moment would otherwise cost somebody their memberships.
    func identity(_ claims: JSONValue, subject: String, accessToken: String) async throws -> VerifiedIdentity {
        let all = try await completed(claims, subject: subject, accessToken: accessToken)
        return try reader.identity(from: all, issuer: configuration.issuer.text, subject: subject)
    }

    /// The same for somebody who is known, after a refresh, which may say less than the sign-in did: what is not said
    /// has not changed. Groups missing beside a signed ID token are gone, as they would be at a sign-in; without one
    /// (OpenID Connect Core, section 12.2) nothing was said about them.
    ///
    /// - Parameter claims: nil when no ID token came.
    func identity(refreshed claims: JSONValue?, of user: User, accessToken: String) async throws -> VerifiedIdentity {
        let all = try await completed(claims ?? .object([:]), subject: user.subject, accessToken: accessToken)
        let known = ClaimReader.Known(
            login: user.login, name: user.name, email: user.email, groups: claims == nil ? user.groups : [])
        return try reader.identity(from: all, issuer: user.issuer, subject: user.subject, known: known)
    }

    private var reader: ClaimReader {
        ClaimReader(mapping: configuration.claims, adminGroup: configuration.adminGroup)
    }

    private func completed(_ claims: JSONValue, subject: String, accessToken: String) async throws -> JSONValue {
        guard reader.lacksSomething(claims),
            let more = try await userinfo(accessToken: accessToken, subject: subject)?.object
        else { return claims }
        return .object((claims.object ?? [:]).merging(more) { signed, _ in signed })
    }
}
