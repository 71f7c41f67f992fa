package import BedelDomain

/// Lets programs in that have no browser of their own (RFC 8628).
package struct DeviceSignInService: DeviceSignIn {
    static let lifetime = Duration.seconds(600)
    private let store: any DeviceAuthorizationStore
    private let tokens: any AccessTokenStore
    private let users: any UserStore
    private let clock: any TimeSource
    private let limits: DeviceLimits

    package init(
        store: any DeviceAuthorizationStore, tokens: any AccessTokenStore, users: any UserStore,
        clock: any TimeSource, limits: DeviceLimits = DeviceLimits()
    ) {
        self.store = store
        self.tokens = tokens
        self.users = users
        self.clock = clock
        self.limits = limits
    }

    package func begin(
        client: String, scopes: Set<Scope>, tokenLifetime: Duration, in context: RequestContext
    ) async throws -> DeviceCodes {
        let order = try AccessTokenOrder(name: client, scopes: scopes, lifetime: tokenLifetime)
        let now = clock.now()
        let (device, person) = (OneTimeSecret.make(), UserCode.random())
        let authorization = DeviceAuthorization(
            id: .random(at: now), client: order.name, scopes: scopes, tokenLifetime: tokenLifetime,
            remoteAddress: context.remoteAddress, createdAt: now, expiresAt: now + Self.lifetime)
        try await store.begin(
            authorization, deviceCode: OneTimeSecret.hash(device), userCode: person.hash, limits: limits)
        return DeviceCodes(
            deviceCode: device, userCode: person.text, lifetime: Self.lifetime, interval: authorization.interval)
    }

    package func look(userCode: String, by principal: Principal) async throws -> DeviceAuthorization {
        let now = clock.now()
        guard try await store.mayTry(principal.user, at: now, limits: limits) else {
            throw BedelError(
                .tooManyRequests, "You have tried too many codes.",
                next: "Wait ten minutes, then run bedel login again.")
        }
        guard let code = UserCode(typed: userCode), let found = try await store.pending(userCode: code.hash, at: now)
        else { throw Self.unknownCode }
        return found
    }

    package func decide(
        userCode: String, approve: Bool, by principal: Principal, in context: RequestContext
    ) async throws {
        // A token that could do this would make itself a successor, and another after that.
        guard case .session = principal.proof else {
            throw BedelError(
                .forbidden, "Only somebody who is signed in can let a program in.", next: "Open the page in a browser.")
        }
        let found = try await look(userCode: userCode, by: principal)
        let now = clock.now()
        if approve {
            try await AccessTokenService.checkRoom(
                for: principal.user, limit: AccessTokenService.maximumTokens, in: tokens, at: now)
        }
        let event = AuditEvent(
            .deviceApprove, on: Resource(.token, found.id.rawValue, owner: principal.user), by: principal,
            outcome: approve ? .allowed : .denied, reason: approve ? "" : "denied by the person",
            facts: [
                "client": found.client, "asked_from": found.remoteAddress,
                "scopes": found.scopes.map(\.rawValue).sorted().joined(separator: " "),
            ], in: context, at: now)
        guard try await store.decide(found.id, by: principal.user, approve: approve, at: now, audit: event) else {
            throw Self.unknownCode
        }
    }

    package func redeem(deviceCode: String, in context: RequestContext) async throws -> DeviceGrant {
        guard OneTimeSecret.isWellFormed(deviceCode),
            let (found, answer) = try await store.ask(deviceCode: OneTimeSecret.hash(deviceCode), at: clock.now())
        else { return .invalid }
        switch answer {
        case .pending: return .pending
        case .slowDown: return .slowDown
        case .denied: return .denied
        case .expired: return .expired
        case .used: return .invalid
        case .approved(let user): return try await give(found, to: user, in: context)
        }
    }

    private func give(
        _ authorization: DeviceAuthorization, to id: User.ID, in context: RequestContext
    ) async throws -> DeviceGrant {
        guard let user = try await users.user(id) else { return .denied }
        let order = try AccessTokenOrder(
            name: authorization.client, scopes: authorization.scopes, lifetime: authorization.tokenLifetime)
        let now = clock.now()
        let (token, text) = order.make(for: id, at: now)
        let event = AuditEvent(
            at: now, actor: id, actorName: user.login, action: "token.created",
            resource: Resource(.token, token.id.rawValue).description, profile: nil, outcome: .allowed,
            reason: "device authorization",
            facts: order.facts(at: now).merging(["device": authorization.id.rawValue]) { $1 },
            requestID: context.requestID, remoteAddress: context.remoteAddress)
        guard try await store.redeem(authorization.id, for: token, secretHash: text.secretHash, audit: event) else {
            return .invalid
        }
        return .token(token, secret: text.text)
    }

    private static let unknownCode = BedelError(
        .notFound, "No program waits for this code.",
        next: "Check it letter by letter; after ten minutes, run bedel login again.")
}
