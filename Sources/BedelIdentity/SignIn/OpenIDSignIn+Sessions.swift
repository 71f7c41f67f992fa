package import BedelDomain

extension OpenIDSignIn {
    private static let handoverLifetime = Duration.seconds(60)

    /// Opens a session that did not exist before, whatever the browser brought (no session fixation), and ends the one it
    /// takes the place of: nobody could sign that one out any longer.
    func open(
        for user: User, host: String, providerSession: String?, _ tokens: OpenIDProvider.Tokens,
        _ authentication: Authentication?, inPlaceOf old: Session.ID?, in context: RequestContext
    ) async throws -> SessionCookie {
        let now = clock.now()
        let id = Session.ID.random(at: now)
        let session = Session(
            id: id, user: user.id, host: host.lowercased(),
            // A provider without `sid` still has its sessions told apart, so that one sign-out ends one sign-in's
            // sessions on all our hosts and no others.
            providerSession: providerSession ?? "local:\(id)",
            idToken: keys.seal(Array(tokens.idToken.utf8), for: .idToken, context: id.rawValue),
            refreshToken: tokens.refreshToken.map {
                keys.seal(Array($0.utf8), for: .refreshToken, context: id.rawValue)
            },
            refreshAt: tokens.refreshToken.map { _ in now + SessionRefresher.interval(tokens.lifetime) },
            remoteAddress: context.remoteAddress, authenticatedAt: authentication?.time, level: authentication?.level,
            createdAt: now, expiresAt: now + configuration.sessionLifetime)
        if let old {
            let event = AuditEvent(
                at: now, actor: user.id, actorName: user.login, action: "session.ended",
                resource: Resource.platform.description, profile: nil, outcome: .allowed, reason: "signed in again",
                facts: ["session": old.rawValue], requestID: context.requestID, remoteAddress: context.remoteAddress)
            try await sessions.create(session, inPlaceOf: old, audit: event)
        } else {
            try await sessions.create(session)
        }
        return SessionCookie(value: cookies.seal(id, host: host), lifetime: configuration.sessionLifetime)
    }

    package func signOut(
        _ session: Session.ID, of principal: Principal, in context: RequestContext
    ) async throws -> String? {
        guard let ended = try await sessions.session(session, at: clock.now()), ended.user == principal.user else {
            return nil
        }
        try await end(ended, because: "signed out", by: principal, in: context)
        return await signOutAddress(of: ended)
    }

    package func handOver(_ session: Session.ID, of principal: Principal, to host: String) async throws -> String {
        let now = clock.now()
        guard isHostOfOurs(host) else {
            throw BedelError(
                .unknownHost, "“\(host.prefix(100))” is no host of this server.", next: "Check the address.")
        }
        guard let source = try await sessions.session(session, at: now), source.user == principal.user else {
            throw BedelError(.signInRequired, "You are not signed in any longer.", next: "Sign in again.")
        }
        let code = OneTimeSecret.make()
        try await sessions.offer(
            Handover(
                codeHash: OneTimeSecret.hash(code), session: source.id, user: source.user, host: host.lowercased(),
                expiresAt: now + Self.handoverLifetime))
        return code
    }

    package func receiveHandover(code: String, host: String) async throws -> SessionCookie {
        let now = clock.now()
        guard OneTimeSecret.isWellFormed(code),
            let session = try await sessions.receive(
                handover: OneTimeSecret.hash(code), as: .random(at: now), host: host.lowercased(), at: now)
        else { throw SignInFault(.badHandover).error }
        return SessionCookie(
            value: cookies.seal(session.id, host: session.host), lifetime: session.expiresAt - now)
    }

    /// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0, section 2). The session here has ended whether or
    /// not the provider can be reached, so its absence is no error.
    private func signOutAddress(of session: Session) async -> String? {
        guard let user = try? await users.user(session.user), let provider = providers.provider(issuer: user.issuer),
            let endpoint = try? await provider.metadata().endSessionEndpoint
        else { return nil }
        var fields = [
            ("client_id", provider.configuration.clientID), ("post_logout_redirect_uri", configuration.afterSignOut),
        ]
        if let sealed = session.idToken, let hint = keys.open(sealed, for: .idToken, context: session.id.rawValue) {
            fields.append(("id_token_hint", String(decoding: hint, as: UTF8.self)))
        }
        return endpoint.with(query: fields)
    }

    /// `<profile>.<base>` or `<service>--<profile>.<base>`: one label in front of the base, which a wildcard
    /// certificate covers. The base itself needs no handover.
    private func isHostOfOurs(_ host: String) -> Bool {
        let suffix = "." + configuration.base.authority
        let host = host.lowercased()
        guard host.hasSuffix(suffix) else { return false }
        let label = host.dropLast(suffix.count).utf8
        return (1...63).contains(label.count)
            && label.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}
