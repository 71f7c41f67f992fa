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
    /// The applications (`azp` or `client_id`) whose access tokens count; empty for all of the provider's.
    package let accessTokenParties: Set<String>
    /// An access token that is no JWT is shown to the provider's introspection endpoint (RFC 7662).
    package let introspectsTokens: Bool

    /// How the browser brings the provider's answer.
    package let responseMode: ResponseMode

    package enum ResponseMode: String, Sendable, CaseIterable {
        /// In the address, which is what every provider does when nothing else is asked of it.
        case query
        /// In a form (OAuth 2.0 Form Post Response Mode), so that the code is in no address and no log.
        case formPost = "form_post"
    }

    /// - Throws: ``BedelError`` `invalidRequest`, which says what is wrong with the configuration.
    package init(
        issuer: String, clientID: String, clientSecret: String?,
        scopes: [String] = ["openid", "profile", "email", "groups"],
        claims: ClaimMapping = .standard, adminGroup: String?, accessTokenAudiences: Set<String> = [],
        accessTokenParties: Set<String> = [], introspectsTokens: Bool = false, responseMode: ResponseMode = .query
    ) throws(BedelError) {
        guard let issuer = WebAddress(issuer), !issuer.text.contains("?") else {
            throw .configuration(
                "“\(issuer)” cannot be an issuer.",
                next: "Give an https address (http only on this machine) without a query.")
        }
        guard !clientID.isEmpty, clientSecret != "" else {
            throw .configuration("The client id or secret of \(issuer) is empty.", next: "Copy both from the provider.")
        }
        // Without a secret anybody could ask in our name; without an audience every token of the provider's would do.
        guard !introspectsTokens || (clientSecret != nil && !accessTokenAudiences.isEmpty) else {
            throw .configuration(
                "\(issuer) is to be asked about access tokens, but there is no client secret or no audience.",
                next: "Give it a client secret and at least one access-token audience.")
        }
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes.contains("openid") ? scopes : ["openid"] + scopes
        self.claims = claims
        self.adminGroup = adminGroup
        self.accessTokenAudiences = accessTokenAudiences
        self.accessTokenParties = accessTokenParties
        self.introspectsTokens = introspectsTokens
        self.responseMode = responseMode
    }
}

extension BedelError {
    /// A mistake of whoever configured this server.
    static func configuration(_ message: String, next: String) -> BedelError {
        BedelError(.invalidRequest, message, next: next)
    }
}
