internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// A request's way through the console, one line a step: who is it, may they, what do they want, how did it end.
struct FrontDesk: Sendable {
    let desk: Desk
    let crossSite: CrossSiteGuard
    let finder: SubjectFinder
    let logger: Logger

    init(desk: Desk, logger: Logger) {
        self.desk = desk
        self.logger = logger
        crossSite = CrossSiteGuard(origin: desk.configuration.baseURL)
        finder = SubjectFinder(ports: desk.ports)
    }

    func answer(_ route: Route, _ request: Request, _ parameters: Parameters) async throws -> Response {
        var visit = try arrive(request, parameters)
        var response: Response
        do {
            visit.principal = try await identify(visit, for: route)
            visit = try await ViewingGlass(ports: desk.ports).look(visit, route)
            (visit.subject, visit.context) = try await admit(visit, to: route)
            if let answer = moved(visit, route) {
                response = answer
            } else {
                response = try await route.handler(visit)
            }
        } catch {
            response = try refuse(BedelError.wrapping(error), visit, form: route.form)
        }
        return finish(response, visit)
    }

    /// Whoever comes to a page by a profile's former name is led to the present one (RFC 9110, section 15.4.9).
    private func moved(_ visit: Visit, _ route: Route) -> Response? {
        guard route.form == .page, route.isSafe, let name = visit.subject.profile?.name.rawValue,
            let asked = visit.parameters.get("profile"), asked != name
        else { return nil }
        let target = visit.request.uri.string.replacing(
            "/profiles/\(asked)", with: "/profiles/\(name)", maxReplacements: 1)
        return Response(status: .permanentRedirect, headers: [.location: target])
    }

    /// For an address that is none of ours.
    func answerUnknown(_ request: Request) throws -> Response {
        var visit = try arrive(request, Parameters())
        visit.principal = try? asserted(request)
        let form: Route.Form = request.uri.path.hasPrefix("/api/") ? .api : .page
        let error = BedelError(
            .notFound, "There is nothing at this address.", next: "Check the address, or start from the home page.")
        return finish(try refuse(error, visit, form: form), visit)
    }

    private func arrive(_ request: Request, _ parameters: Parameters) throws(BedelError) -> Visit {
        let query = try? FormFields(parsing: request.uri.query ?? "")
        let language = Language.choose(
            query: query?["lang"], cookie: request.cookies[Desk.languageCookie]?.value,
            acceptLanguage: request.headers[.acceptLanguage])
        let now = desk.ports.time.now()
        let id = request.headers[.requestID] ?? Identifier<Request>.random(at: now).rawValue
        // The gateway wrote the last one; whatever stands before it came from outside.
        let address = request.headers[.forwardedFor]?.split(separator: ",").last?.trimmed ?? "unknown"
        return Visit(
            request: request, parameters: parameters,
            context: .init(requestID: String(id.prefix(100)), remoteAddress: address),
            words: try desk.templates.words(language), now: now)
    }

    /// Who asks, by the gateway's assertion and nothing else. Roles may be a minute old, which is good enough to look;
    /// whoever changes something is looked up again.
    private func identify(_ visit: Visit, for route: Route) async throws -> Principal? {
        guard let principal = try asserted(visit.request) else { return nil }
        guard !route.isSafe else { return principal }
        // A provider of the same site brings the session's cookie along; what is posted there changes nothing.
        if route.address.path == Address.callback.path { return principal }
        if route.form != .git { try crossSite.check(visit.request.headers, proof: principal.proof) }
        guard let user = try await desk.ports.users.user(principal.user) else { throw Self.unknownUser }
        return Principal(
            user: user, roles: try await desk.ports.users.roles(of: user.id), proof: principal.proof,
            authentication: principal.authentication)
    }

    private func asserted(_ request: Request) throws -> Principal? {
        try request.headers[.assertion].map { try desk.ports.assertions.verify($0, audience: Desk.audience) }
    }

    /// Asks the authorizer what the route declares. From here on, the context knows the policy that let them in.
    private func admit(
        _ visit: Visit, to route: Route
    ) async throws -> (Subject, BedelDomain.RequestContext) {
        guard case .action(let action, let target) = route.access else { return (Subject(.platform), visit.context) }
        guard let principal = visit.principal else {
            try desk.ports.authorizer.require(nil, action, .platform)
            throw Self.unknownUser
        }
        let subject = try await finder.find(target, visit.parameters, for: principal)
        do {
            let policy = try desk.ports.authorizer.require(principal, action, subject.resource)
            return (subject, visit.context.allowed(by: policy))
        } catch {
            try await note(error, action, subject.resource, principal, visit)
            throw error
        }
    }

    /// Every refusal leaves its row; what is allowed leaves one where it is done.
    private func note(
        _ error: BedelError, _ action: Action, _ resource: Resource, _ principal: Principal, _ visit: Visit
    ) async throws {
        try await desk.ports.audit.append(
            AuditEvent(
                action, on: resource, by: principal, outcome: .denied, reason: error.code.rawValue, in: visit.context,
                at: visit.now))
    }

    private func refuse(_ error: BedelError, _ visit: Visit, form: Route.Form) throws -> Response {
        if error.code.httpStatus >= 500 {
            logger.error(
                "a request failed",
                metadata: [
                    "request": "\(visit.context.requestID)", "path": "\(visit.request.uri.path)",
                    "code": "\(error.code)", "detail": "\(error.detail)",
                ])
        }
        return try ErrorAnswer(desk: desk).response(to: error, visit, form: form)
    }

    private func finish(_ response: Response, _ visit: Visit) -> Response {
        var response = response
        SecurityHeaders.add(to: &response)
        // Its address holds the provider's code (RFC 9700, section 4.2.4).
        if visit.request.uri.path == Address.callback.path { response.headers[.referrerPolicy] = "no-referrer" }
        response.headers[.requestID] = visit.context.requestID
        if visit.look == .over { desk.setCookie(ViewingGlass.cookie, "", lifetime: .zero, on: &response) }
        if let chosen = try? visit.query()["lang"], Language(rawValue: chosen) != nil {
            desk.setCookie(Desk.languageCookie, chosen, lifetime: .seconds(365 * 86_400), on: &response)
        }
        return response
    }

    private static let unknownUser = BedelError(
        .signInRequired, "You need to sign in for this.", next: "Sign in and try again.")
}
