package import BedelDomain
internal import OpenSSL

/// Makes, lists and revokes access tokens of our own.
package struct AccessTokenService: AccessTokens {
    static let maximumTokens = 100
    private let store: any AccessTokenStore
    private let clock: any TimeSource

    package init(store: any AccessTokenStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    package func issue(
        name: String, scopes: Set<Scope>, lifetime: Duration, to principal: Principal, in context: RequestContext
    ) async throws -> (token: AccessToken, secret: String) {
        let order = try AccessTokenOrder(name: name, scopes: scopes, lifetime: lifetime)
        try Self.checkGrant(of: scopes, by: principal)
        let now = clock.now()
        try await Self.checkRoom(for: principal.user, limit: Self.maximumTokens, in: store, at: now)
        let (token, text) = order.make(for: principal.user, at: now)
        try await store.create(
            token, secretHash: text.secretHash,
            audit: event(
                "token.created", on: token.id, by: principal, facts: order.facts(at: now), in: context, at: now))
        return (token, text.text)
    }

    package func list(of principal: Principal) async throws -> [AccessToken] {
        try await store.tokens(of: principal.user)
    }

    package func revoke(_ id: AccessToken.ID, by principal: Principal, in context: RequestContext) async throws {
        let now = clock.now()
        guard let token = try await store.find(id)?.token, token.user == principal.user else {
            throw BedelError(.notFound, "You have no such token.", next: "Look at your tokens page.")
        }
        guard token.revokedAt == nil else { return }
        try await store.revoke(
            id, at: now,
            audit: event("token.revoked", on: id, by: principal, facts: ["name": token.name], in: context, at: now))
    }

    package func surrender(_ text: String, in context: RequestContext) async throws {
        let now = clock.now()
        guard let presented = try? AccessTokenText(parsing: text), let found = try await store.find(presented.id),
            ConstantTime.equal(found.secretHash.hex, presented.secretHash.hex), found.token.revokedAt == nil
        else { return }
        let token = found.token
        let event = AuditEvent(
            at: now, actor: token.user, actorName: "token \(token.id)", action: "token.revoked",
            resource: Resource(.token, token.id.rawValue).description, profile: nil, outcome: .allowed, reason: "",
            facts: ["name": token.name, "by": "itself"], requestID: context.requestID,
            remoteAddress: context.remoteAddress)
        try await store.revoke(token.id, at: now, audit: event)
    }

    /// - Throws: `conflict` when somebody has that many tokens that still work.
    static func checkRoom(
        for user: User.ID, limit: Int, in store: any AccessTokenStore, at now: Timestamp
    ) async throws {
        let live = try await store.tokens(of: user).count { $0.revokedAt == nil && $0.expiresAt > now }
        guard live < limit else {
            throw BedelError(.conflict, "There are \(live) tokens.", next: "Revoke one that is no longer used.")
        }
    }

    private func event(
        _ action: String, on id: AccessToken.ID, by principal: Principal, facts: [String: String],
        in context: RequestContext, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            at: now, actor: principal.user, actorName: principal.login, action: action,
            resource: Resource(.token, id.rawValue).description, profile: nil, outcome: .allowed, reason: "",
            facts: facts, requestID: context.requestID, remoteAddress: context.remoteAddress)
    }

    /// A token must not make a mightier one.
    private static func checkGrant(of scopes: Set<Scope>, by principal: Principal) throws(BedelError) {
        guard case .accessToken(_, let own) = principal.proof, !scopes.isSubset(of: own) else { return }
        throw BedelError(
            .forbidden, "A token cannot make one that may do more than itself.",
            next: "Make it on your tokens page, signed in with the browser.")
    }
}
