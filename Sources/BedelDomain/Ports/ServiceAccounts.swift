/// Service accounts of a profile and their tokens. Whoever calls has asked the ``Authorizer`` about
/// `service-account.manage` on that profile.
package protocol ServiceAccounts: Sendable {
    /// By name, disabled ones too.
    func list(in profile: Label) async throws -> [ServiceAccount]
    /// - Throws: `invalidName`, `invalidRequest`, `conflict` when the name is taken or there are too many.
    func create(
        _ name: String, title: String, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> ServiceAccount
    /// Disabled, every token of its is refused at once; enabled again, those that have not been revoked work again.
    /// - Throws: `notFound`.
    func setDisabled(
        _ isDisabled: Bool, _ name: Label, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws
    /// Newest first, those that are over too.
    /// - Throws: `notFound`.
    func tokens(of name: Label, in profile: Label) async throws -> [AccessToken]
    /// - Returns: the token with its secret, shown this once.
    /// - Throws: `notFound`, `conflict` when there are too many or the account is disabled.
    func issueToken(
        _ tokenName: String, lifetime: Duration, for name: Label, in profile: Label, by principal: Principal,
        in context: RequestContext
    ) async throws -> (token: AccessToken, secret: String)
    /// - Throws: `notFound` when it is not that account's.
    func revokeToken(
        _ id: AccessToken.ID, of name: Label, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws
}

/// Service accounts, kept.
package protocol ServiceAccountStore: Sendable {
    /// The account and the user it is, all or nothing.
    /// - Throws: `conflict` when the name is taken in that profile, `notFound` when there is no such profile.
    func create(_ account: ServiceAccount, audit: AuditEvent) async throws
    func account(_ name: Label, in profile: Label) async throws -> ServiceAccount?
    /// By name.
    func accounts(in profile: Label) async throws -> [ServiceAccount]
    /// Nothing happens, and nothing is written down, when it is so already.
    /// - Parameter time: nil to enable it again.
    func setDisabled(_ user: User.ID, at time: Timestamp?, audit: AuditEvent) async throws
}
