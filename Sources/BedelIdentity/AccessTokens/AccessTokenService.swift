package import BedelDomain

/// Makes, lists and revokes access tokens of our own.
package struct AccessTokenService: AccessTokens {
    /// Scopes and expiry always: a token without an end is found by somebody in ten years.
    static let maximumLifetime = Duration.seconds(366 * 86_400)
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
        let now = clock.now()
        try Self.check(name: name, scopes: scopes, lifetime: lifetime)
        try Self.checkGrant(of: scopes, by: principal)
        let live = try await store.tokens(of: principal.user).filter { $0.revokedAt == nil && $0.expiresAt > now }
        guard live.count < Self.maximumTokens else {
            throw BedelError(.conflict, "You have \(live.count) tokens.", next: "Revoke one you no longer use.")
        }
        let text = AccessTokenText(id: .random(at: now))
        let token = AccessToken(
            id: text.id, user: principal.user, name: name, scopes: scopes, createdAt: now, expiresAt: now + lifetime)
        let facts = [
            "name": name, "scopes": scopes.map(\.rawValue).sorted().joined(separator: " "),
            "expires": token.expiresAt.description,
        ]
        try await store.create(
            token, secretHash: text.secretHash,
            audit: event("token.created", on: text.id, by: principal, facts: facts, in: context, at: now))
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

    private func event(
        _ action: String, on id: AccessToken.ID, by principal: Principal, facts: [String: String],
        in context: RequestContext, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            at: now, actor: principal.user, actorName: principal.login, action: action,
            resource: Resource(.token, id.rawValue).description, profile: nil, outcome: .allowed, reason: "",
            facts: facts, requestID: context.requestID, remoteAddress: context.remoteAddress)
    }

    private static func check(name: String, scopes: Set<Scope>, lifetime: Duration) throws(BedelError) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...100).contains(name.count), name.utf8.count <= 400, isPlain,
            name.contains(where: { !$0.isWhitespace })
        else {
            throw BedelError(
                .invalidName, "A token needs a name of 1 to 100 characters.",
                next: "Say what it is for, for example “git on my laptop”.")
        }
        guard !scopes.isEmpty else {
            throw BedelError(
                .invalidRequest, "A token needs at least one scope.", next: "Choose what it may be used for.")
        }
        guard lifetime >= .seconds(60), lifetime <= maximumLifetime else {
            throw BedelError(
                .invalidRequest, "A token lives for at least a minute and at most a year.",
                next: "Choose another lifetime.")
        }
    }

    /// A token must not make a mightier one.
    private static func checkGrant(of scopes: Set<Scope>, by principal: Principal) throws(BedelError) {
        guard case .accessToken(_, let own) = principal.proof, !scopes.isSubset(of: own) else { return }
        throw BedelError(
            .forbidden, "A token cannot make one that may do more than itself.",
            next: "Make it on your tokens page, signed in with the browser.")
    }
}
