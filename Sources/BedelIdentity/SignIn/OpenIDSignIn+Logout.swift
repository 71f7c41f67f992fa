package import BedelDomain
internal import OpenSSL

/// Sessions that end elsewhere: at the provider, from another device, by an admin.
extension OpenIDSignIn {
    package func endByProvider(logoutToken text: String, in context: RequestContext) async throws {
        do {
            let (logout, facts) = try await logout(in: text)
            let event = ending("back-channel logout", by: nil, facts: facts, in: context)
            guard try await sessions.end(logout, audit: event) != nil else { throw TokenFault.replayed }
        } catch let fault as TokenFault {
            try await audit.append(refusal(fault, in: context))
            throw BedelError(
                .invalidToken, "This is no logout token for this server.",
                next: "Check the client's back-channel logout settings at the provider.", detail: fault.rawValue)
        }
    }

    package func endByBrowser(issuer: String, providerSession: String, in context: RequestContext) async throws {
        guard providers.provider(issuer: issuer) != nil, (1...255).contains(providerSession.utf8.count) else {
            throw BedelError(
                .invalidRequest, "This names no session of a provider of ours.", next: "Sign out from your own page.")
        }
        let logout = ProviderLogout(issuer: issuer, subject: nil, providerSession: providerSession, token: nil)
        let event = ending("front-channel logout", by: nil, facts: ["issuer": issuer], in: context)
        _ = try await sessions.end(logout, audit: event)
    }

    package func sessions(of user: User.ID) async throws -> [Session] {
        try await sessions.sessions(of: user, at: clock.now())
    }

    package func end(
        _ session: Session.ID, of user: User.ID, by principal: Principal, in context: RequestContext
    ) async throws {
        guard let ended = try await sessions.session(session, at: clock.now()), ended.user == user else {
            throw BedelError(.notFound, "This session has ended already.", next: "Load the page again.")
        }
        try await end(ended, because: "ended by hand", by: principal, in: context)
    }

    package func endAll(of user: User.ID, by principal: Principal, in context: RequestContext) async throws {
        let event = ending("signed out everywhere", by: principal, facts: ["user": user.rawValue], in: context)
        try await sessions.endAll(of: user, providerSession: nil, audit: event)
    }

    /// Ends it together with those handed over from it, which share its provider session.
    func end(
        _ session: Session, because reason: String, by principal: Principal, in context: RequestContext
    ) async throws {
        let event = ending(reason, by: principal, facts: ["session": session.id.rawValue], in: context)
        if let providerSession = session.providerSession {
            try await sessions.endAll(of: session.user, providerSession: providerSession, audit: event)
        } else {
            try await sessions.end(session.id, audit: event)
        }
    }

    /// The token's word, once its signature and every claim have been checked.
    private func logout(in text: String) async throws -> (ProviderLogout, facts: [String: String]) {
        let token = try JSONWebSignature(compact: text)
        let claims = try token.readClaims()
        guard let issuer = claims["iss"]?.string, let provider = providers.provider(issuer: issuer) else {
            throw TokenFault.unknownIssuer
        }
        try await provider.checkSignature(of: token)
        let time = TimeRules(now: clock.now(), leeway: configuration.leeway)
        let rules = LogoutTokenRules(issuer: issuer, clientID: provider.configuration.clientID, time: time)
        let content = try rules.check(VerifiedToken(type: token.type, claims: claims))
        let hash = Digest(bytes: SHA256.digest(of: Array("\(issuer.utf8.count):\(issuer)\(content.id)".utf8)))
        let forgottenAt = clock.now() + LogoutTokenRules.maximumAge + configuration.leeway + configuration.leeway
        let logout = ProviderLogout(
            issuer: issuer, subject: content.subject, providerSession: content.providerSession,
            token: .init(hash: hash, forgottenAt: forgottenAt))
        return (
            logout, ["issuer": issuer].merging(content.subject.map { ["subject": $0] } ?? [:]) { first, _ in first }
        )
    }

    private func ending(
        _ reason: String, by principal: Principal?, facts: [String: String], in context: RequestContext
    ) -> AuditEvent {
        AuditEvent(
            at: clock.now(), actor: principal?.user, actorName: principal?.login ?? "provider", action: "session.ended",
            resource: Resource.platform.description, profile: nil, outcome: .allowed, reason: reason, facts: facts,
            requestID: context.requestID, remoteAddress: context.remoteAddress)
    }

    private func refusal(_ fault: TokenFault, in context: RequestContext) -> AuditEvent {
        AuditEvent(
            at: clock.now(), actor: nil, actorName: "anonymous", action: "session.ended",
            resource: Resource.platform.description, profile: nil, outcome: .denied,
            reason: "logout token: \(fault.rawValue)", facts: [:], requestID: context.requestID,
            remoteAddress: context.remoteAddress)
    }
}
