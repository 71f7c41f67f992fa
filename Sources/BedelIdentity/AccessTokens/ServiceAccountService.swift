package import BedelDomain

/// Makes, lists and disables service accounts, and their tokens.
package struct ServiceAccountService: ServiceAccounts {
    static let maximumAccounts = 50
    static let maximumTokens = 10
    private let store: any ServiceAccountStore
    private let tokens: any AccessTokenStore
    private let clock: any TimeSource

    package init(store: any ServiceAccountStore, tokens: any AccessTokenStore, clock: any TimeSource) {
        self.store = store
        self.tokens = tokens
        self.clock = clock
    }

    package func list(in profile: Label) async throws -> [ServiceAccount] { try await store.accounts(in: profile) }

    package func create(
        _ name: String, title: String, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> ServiceAccount {
        let now = clock.now()
        let account = ServiceAccount(
            user: .random(at: now), profile: profile, name: try Label(checking: name, of: "service account"),
            title: try Self.checked(title), createdBy: principal.user, createdAt: now)
        guard try await store.accounts(in: profile).count < Self.maximumAccounts else {
            throw BedelError(
                .conflict, "There are \(Self.maximumAccounts) service accounts in \(profile).",
                next: "Use one that is there already.")
        }
        try await store.create(account, audit: event("created", account, ["title": account.title], principal, context))
        return account
    }

    package func setDisabled(
        _ isDisabled: Bool, _ name: Label, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws {
        let account = try await account(name, in: profile)
        try await store.setDisabled(
            account.user, at: isDisabled ? clock.now() : nil,
            audit: event(isDisabled ? "disabled" : "enabled", account, [:], principal, context))
    }

    package func tokens(of name: Label, in profile: Label) async throws -> [AccessToken] {
        try await tokens.tokens(of: try await account(name, in: profile).user)
    }

    package func issueToken(
        _ tokenName: String, lifetime: Duration, for name: Label, in profile: Label, by principal: Principal,
        in context: RequestContext
    ) async throws -> (token: AccessToken, secret: String) {
        let account = try await account(name, in: profile)
        guard account.disabledAt == nil else {
            throw BedelError(.conflict, "“\(name)” is disabled.", next: "Enable it first.")
        }
        let order = try AccessTokenOrder(name: tokenName, scopes: ServiceAccount.scopes, lifetime: lifetime)
        let now = clock.now()
        try await AccessTokenService.checkRoom(for: account.user, limit: Self.maximumTokens, in: tokens, at: now)
        let (token, text) = order.make(for: account.user, at: now)
        let facts = order.facts(at: now).merging(["token": token.id.rawValue]) { $1 }
        try await tokens.create(
            token, secretHash: text.secretHash, audit: event("token-created", account, facts, principal, context))
        return (token, text.text)
    }

    package func revokeToken(
        _ id: AccessToken.ID, of name: Label, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws {
        let account = try await account(name, in: profile)
        guard let token = try await tokens.tokens(of: account.user).first(where: { $0.id == id }) else {
            throw BedelError(.notFound, "“\(name)” has no such token.", next: "Load its page again.")
        }
        let facts = ["name": token.name, "token": id.rawValue]
        try await tokens.revoke(
            id, at: clock.now(), audit: event("token-revoked", account, facts, principal, context))
    }

    private func account(_ name: Label, in profile: Label) async throws -> ServiceAccount {
        guard let account = try await store.account(name, in: profile) else {
            throw BedelError(.notFound, "There is no such service account here.", next: "Load the page again.")
        }
        return account
    }

    private static func checked(_ title: String) throws(BedelError) -> String {
        let isPlain = title.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...120).contains(title.count), isPlain, title.contains(where: { !$0.isWhitespace }) else {
            throw BedelError(
                .invalidRequest, "A service account needs a title of 1 to 120 characters.",
                next: "Say which application it is for.")
        }
        return title
    }

    private func event(
        _ what: String, _ account: ServiceAccount, _ facts: [String: String], _ principal: Principal,
        _ context: RequestContext
    ) -> AuditEvent {
        AuditEvent(
            at: clock.now(), actor: principal.user, actorName: principal.login, action: "service-account.\(what)",
            resource: Resource.profile(account.profile).description, profile: account.profile, outcome: .allowed,
            reason: "", facts: facts.merging(["service_account": account.name.rawValue]) { $1 },
            requestID: context.requestID, remoteAddress: context.remoteAddress)
    }
}
