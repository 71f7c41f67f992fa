internal import BedelDomain
internal import Hummingbird

/// The way in, out, and over to another host of ours.
struct SignInPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .login, .everybody(because: "it is how one stops being nobody"), handler: login),
            Route(.get, .callback, .everybody(because: "the provider sends people back here"), handler: callback),
            Route(
                .post, .callback, .everybody(because: "the provider's page posts its answer here"), handler: posted),
            Route(.post, .logout, .everybody(because: "it ends only the session that asks"), handler: logout),
            Route(
                .get, .handover, .everybody(because: "the handler asks for a session of one's own"), handler: handOver),
            Route(.get, .enter, .everybody(because: "the one-time code is what proves it"), handler: enter),
        ]
    }

    /// With one provider straight on to it; with several, to a page that asks which.
    @Sendable private func login(_ visit: Visit) async throws -> Response {
        let query = try visit.query()
        let target = LocalPath(query["to"]).text
        let demand = SignInDemand(maxAge: query["max_age"], levels: query["acr_values"])
        if visit.principal != nil, demand == nil { return desk.redirect(toPath: target) }
        let providers = desk.configuration.providers
        guard let issuer = try await issuer(query["with"], visit) else {
            return try desk.page(SignInChoicePage(providers, target: target, demand, visit), visit)
        }
        let attempt = try await desk.ports.signIn.begin(
            SignInWish(
                returnTo: target, browser: visit.request.cookies[attemptCookie]?.value, issuer: issuer, demand: demand))
        var response = desk.redirect(toPath: attempt.location)
        desk.setCookie(attemptCookie, attempt.browser, lifetime: attempt.lifetime, on: &response)
        if providers.count > 1 {
            desk.setCookie(
                SignInChoicePage.cookie, QueryText.encode(issuer), lifetime: .seconds(365 * 86_400), on: &response)
        }
        return response
    }

    /// Where to sign in: at the only provider; where somebody who signs in again came from; or as they chose. Nil when
    /// they have to be asked.
    private func issuer(_ chosen: String?, _ visit: Visit) async throws -> String? {
        let issuers = desk.configuration.providers.map(\.issuer)
        if issuers.count == 1 { return issuers[0] }
        if let principal = visit.principal, let user = try await desk.ports.users.user(principal.user),
            issuers.contains(user.issuer)
        {
            return user.issuer
        }
        return issuers.first { $0 == chosen }
    }

    @Sendable private func callback(_ visit: Visit) async throws -> Response {
        let signedIn: SignedIn
        do {
            signedIn = try await desk.ports.signIn.complete(
                query: visit.request.uri.query ?? "", browser: visit.request.cookies[attemptCookie]?.value,
                inPlaceOf: visit.session, host: desk.configuration.baseHost, in: visit.context)
        } catch let error as BedelError where error.isOfUsedSignIn && visit.principal != nil {
            // Somebody went back to the page that signed them in.
            return desk.redirect(to: .home)
        }
        // The attempt's cookie stays for its few minutes: another tab may have begun to sign in as well.
        var response = desk.redirect(toPath: LocalPath(signedIn.returnTo).text)
        set(signedIn.cookie, on: &response)
        return response
    }

    /// Does nothing but send the browser on: to the same address, by GET, so that it brings its cookie.
    @Sendable private func posted(_ visit: Visit) async throws -> Response {
        let form = String(decoding: try await visit.body(limit: 16 << 10), as: UTF8.self)
        let query = try await desk.ports.signIn.callbackQuery(posted: form, in: visit.context)
        return desk.redirect(toPath: "\(Address.callback.path)?\(query)")
    }

    /// Ends the session here, then shows a page that goes on to the provider: a redirect straight from the form would be
    /// stopped by our own `form-action`.
    @Sendable private func logout(_ visit: Visit) async throws -> Response {
        guard let principal = visit.principal, case .session(let session) = principal.proof else {
            return desk.redirect(to: .home)
        }
        let onward = try await desk.ports.signIn.signOut(session, of: principal, in: visit.context)
        var signedOut = visit
        signedOut.principal = nil
        let page = SignedOutPage(title: visit.words("signed-out.title"), onward: onward)
        var response = try desk.page(page, signedOut)
        desk.setCookie(CookieName.session(secure: desk.configuration.isSecure), "", lifetime: .zero, on: &response)
        return response
    }

    /// Gives the person's session on to another host of ours by a one-time code; asks for a session first.
    @Sendable private func handOver(_ visit: Visit) async throws -> Response {
        let destination = try HandoverDestination(
            try visit.query().required("to"), scheme: desk.configuration.scheme, base: desk.configuration.baseHost)
        guard let principal = visit.principal, case .session(let session) = principal.proof else {
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Sign in and try again.")
        }
        let code = try await desk.ports.signIn.handOver(session, of: principal, to: destination.host)
        let path = Address.enter.with(["code": code, "to": destination.path])
        return desk.redirect(toPath: "\(desk.configuration.scheme)://\(destination.host)\(path)")
    }

    /// The other end, at that other host.
    @Sendable private func enter(_ visit: Visit) async throws -> Response {
        let query = try visit.query()
        guard let host = visit.request.headers[.forwardedHost] else {
            throw BedelError(.unknownHost, "The request names no host.", next: "Open the address in a browser.")
        }
        let cookie = try await desk.ports.signIn.receiveHandover(code: try query.required("code"), host: host)
        var response = desk.redirect(toPath: LocalPath(query["to"]).text)
        set(cookie, on: &response)
        return response
    }

    private var attemptCookie: String { CookieName.signIn(secure: desk.configuration.isSecure) }

    private func set(_ cookie: SessionCookie, on response: inout Response) {
        desk.setCookie(
            CookieName.session(secure: desk.configuration.isSecure), cookie.value, lifetime: cookie.lifetime,
            on: &response)
    }
}

struct SignedOutPage: Page {
    static let template = "signed-out"
    let title: String
    /// Where the provider's own session ends; nil when it has no such place.
    let onward: String?
}
