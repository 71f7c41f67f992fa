package import BedelDomain

extension OpenIDSignIn {
    package func complete(
        query: String, browser: String?, inPlaceOf old: Session.ID?, host: String, in context: RequestContext
    ) async throws -> SignedIn {
        do {
            return try await followUp(try opened(query), browser: browser, inPlaceOf: old, host: host, in: context)
        } catch let fault as SignInFault {
            try await record(fault, in: context)
            throw fault.error
        } catch let fault as TokenFault {
            let fault = SignInFault(fault)
            try await record(fault, in: context)
            throw fault.error
        } catch let error as BedelError where error.code == .providerUnavailable {
            try await record(SignInFault(.providerUnavailable, detail: error.detail), in: context)
            throw error
        }
    }

    private func followUp(
        _ callback: CallbackQuery, browser: String?, inPlaceOf old: Session.ID?, host: String,
        in context: RequestContext
    ) async throws -> SignedIn {
        // Taken out before anything else is looked at: whatever comes of it, this state is used up.
        guard let attempt = try await sessions.claim(stateHash: OneTimeSecret.hash(callback.state), at: clock.now()),
            let provider = providers.provider(issuer: attempt.issuer)
        else { throw SignInFault(.unknownState) }
        guard let browser, OneTimeSecret.hash(browser) == attempt.browserHash else { throw SignInFault(.otherBrowser) }
        let code = try await self.code(in: callback, from: provider)
        let tokens = try await provider.exchange(
            code: code, verifier: attempt.codeVerifier, callback: configuration.callback)
        let (claims, subject) = try await claims(of: tokens, for: attempt, from: provider)
        let identity = try await provider.identity(claims, subject: subject, accessToken: tokens.accessToken)
        let user = try await enter(identity, in: context)
        let cookie = try await open(
            for: user, host: host, providerSession: name(in: claims["sid"]), tokens,
            Authentication(
                time: proofTime(in: claims), level: name(in: claims["acr"]), seenAt: clock.now()),
            inPlaceOf: old, in: context)
        return SignedIn(cookie: cookie, returnTo: attempt.returnTo)
    }

    /// When the person proved who they are. Not known when it lies ahead of us: it would be fresh for ever.
    private func proofTime(in claims: JSONValue) -> Timestamp? {
        guard let time = try? TimeRules.date(claims["auth_time"]), time <= clock.now() + configuration.leeway else {
            return nil
        }
        return time
    }

    /// Text of a length that is worth keeping.
    private func name(in claim: JSONValue?) -> String? {
        claim?.string.flatMap { (1...255).contains($0.utf8.count) ? $0 : nil }
    }

    /// The code, once it is sure that the answer is this provider's (RFC 9207, section 2.4) and not a refusal.
    private func code(in callback: CallbackQuery, from provider: OpenIDProvider) async throws -> String {
        let issuer = provider.configuration.issuer.text
        if let named = callback.issuer {
            guard named == issuer else { throw SignInFault(.wrongResponseIssuer) }
        } else if try await provider.metadata().namesIssuerInResponse {
            throw SignInFault(.wrongResponseIssuer, detail: "absent")
        }
        switch callback.error {
        case nil: break
        case "access_denied"?: throw SignInFault(.refusedByPerson)
        case "temporarily_unavailable"?, "server_error"?: throw ProviderHTTP.unavailable("it said so in its answer")
        case .some(let error): throw SignInFault(.refusedByProvider, detail: String(error.prefix(60)))
        }
        guard let code = callback.code else { throw SignInFault(.missingCode) }
        return code
    }

    private func claims(
        of tokens: OpenIDProvider.Tokens, for attempt: SignInAttempt, from provider: OpenIDProvider
    ) async throws -> (claims: JSONValue, subject: String) {
        let token = try JSONWebSignature(compact: tokens.idToken)
        let verified = try await provider.verify(token)
        let rules = IDTokenRules(
            issuer: provider.configuration.issuer.text, clientID: provider.configuration.clientID,
            time: TimeRules(now: clock.now(), leeway: configuration.leeway))
        let subject = try rules.check(
            verified, nonce: attempt.nonce, accessToken: tokens.accessToken, algorithm: token.algorithm)
        if let demand = attempt.demand { try rules.check(verified, meets: demand) }
        return (verified.claims, subject)
    }

    private func enter(_ identity: VerifiedIdentity, in context: RequestContext) async throws -> User {
        let now = clock.now()
        let known = try await users.user(issuer: identity.issuer, subject: identity.subject)
        let event = AuditEvent(
            at: now, actor: known?.id, actorName: identity.login, action: "sign-in.succeeded",
            resource: Resource.platform.description, profile: nil, outcome: .allowed, reason: "",
            facts: ["issuer": identity.issuer, "subject": identity.subject, "admin": String(identity.isAdmin)],
            requestID: context.requestID, remoteAddress: context.remoteAddress)
        return try await users.signIn(identity, at: now, audit: event)
    }

    func record(_ fault: SignInFault, in context: RequestContext) async throws {
        try await audit.append(
            AuditEvent(
                at: clock.now(), actor: nil, actorName: "anonymous", action: "sign-in.failed",
                resource: Resource.platform.description, profile: nil, outcome: .denied, reason: fault.reason.rawValue,
                facts: fault.detail.isEmpty ? [:] : ["detail": String(fault.detail.prefix(200))],
                requestID: context.requestID, remoteAddress: context.remoteAddress))
    }
}
