package import BedelDomain

/// One OpenID provider people may come from.
package struct ProviderConfiguration: Sendable {
    package let issuer: WebAddress
    package let clientID: String
    /// Nil for a public client, which PKCE alone protects.
    package let clientSecret: String?
    /// `openid` is always among them.
    package let scopes: [String]
    package let claims: ClaimMapping
    /// Who is in this group is an admin of the whole platform; nil when nobody is by group.
    package let adminGroup: String?
    /// An access token of the provider's counts only when it is meant for one of these; empty to accept none.
    package let accessTokenAudiences: Set<String>

    /// - Throws: ``BedelError`` `invalidRequest`, which says what is wrong with the configuration.
    package init(
        issuer: String, clientID: String, clientSecret: String?,
        scopes: [String] = ["openid", "profile", "email", "groups"],
        claims: ClaimMapping = .standard, adminGroup: String?, accessTokenAudiences: Set<String> = []
    ) throws(BedelError) {
        guard let issuer = WebAddress(issuer), !issuer.text.contains("?") else {
            throw .configuration(
                "“\(issuer)” cannot be an issuer.",
                next: "Give an https address (http only on this machine) without a query.")
        }
        guard !clientID.isEmpty, clientSecret != "" else {
            throw .configuration("The client id or secret of \(issuer) is empty.", next: "Copy both from the provider.")
        }
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes.contains("openid") ? scopes : ["openid"] + scopes
        self.claims = claims
        self.adminGroup = adminGroup
        self.accessTokenAudiences = accessTokenAudiences
    }
}

extension BedelError {
    /// A mistake of whoever configured this server.
    static func configuration(_ message: String, next: String) -> BedelError {
        BedelError(.invalidRequest, message, next: next)
    }
}
