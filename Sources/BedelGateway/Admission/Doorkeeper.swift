internal import BedelDomain

/// May they come in, and if not, what are they told? Pure, apart from asking the authorizer.
final class Doorkeeper: Sendable {
    enum Verdict: Sendable {
        case enter
        /// A browser without a session, or with one that is not good enough for this: to the base, which knows how to
        /// make one, and back.
        case handover(location: String)
        /// `reason` is for the audit trail.
        case refuse(BedelError, reason: String)
    }

    private let scheme: String
    private let baseAuthority: String
    private let authorizer: any Authorizer

    init(scheme: String, baseAuthority: String, authorizer: any Authorizer) {
        self.scheme = scheme
        self.baseAuthority = baseAuthority
        self.authorizer = authorizer
    }

    func decide(_ known: KnownPrincipal?, _ request: NormalRequest, _ route: Route) -> Verdict {
        if known?.isSession ?? false, let error = crossSite(request, route) {
            return .refuse(error, reason: error.code.rawValue)
        }
        if known == nil, route.kind == .git { return .refuse(Self.gitPassword, reason: "anonymous") }
        guard let requirement = route.requirement else { return .enter }
        // Read first: what is decided while the policies change is decided again.
        let generation = authorizer.generation
        if let known, known.wasLetIn(on: route, under: generation) { return .enter }
        let principal = known?.principal
        let decision = authorizer.decide(Question(principal, requirement.action, requirement.resource))
        guard let reason = decision.refusal else {
            known?.letIn(on: route, under: generation)
            return .enter
        }
        if request.method == .get, request.prefersHTML, route.kind != .modelForPrograms,
            let location = wayToSession(for: decision, request)
        {
            return .handover(location: location)
        }
        do throws(BedelError) {
            try authorizer.require(principal, requirement.action, requirement.resource)
            return .enter
        } catch {
            return .refuse(error, reason: reason)
        }
    }

    /// A session goes along with every request a browser makes, whoever's page made it; hosts of one site may belong to
    /// strangers here. So what changes something, and every WebSocket, has to come from the same origin
    /// (Fetch Metadata, and RFC 6455, section 10.2).
    private func crossSite(_ request: NormalRequest, _ route: Route) -> BedelError? {
        let block = request.head.block
        if isTunnel(request, route) {
            return block.first(.origin).map { isOwnOrigin($0, request) } ?? false ? nil : Self.fromElsewhere
        }
        guard !request.method.isSafe, !isAnswerOfProvider(request, route) else { return nil }
        if let site = block.first(.secFetchSite) {
            return site.equals("same-origin") || site.equals("none") ? nil : Self.fromElsewhere
        }
        guard let origin = block.first(.origin) else { return nil }
        return isOwnOrigin(origin, request) ? nil : Self.fromElsewhere
    }

    /// A provider's page posts its answer to the console, from wherever it is; the console does nothing but send the
    /// browser on (OAuth 2.0 Form Post Response Mode).
    private func isAnswerOfProvider(_ request: NormalRequest, _ route: Route) -> Bool {
        route.kind == .console && request.path.elementsEqual("/login/callback".utf8)
    }

    private func isTunnel(_ request: NormalRequest, _ route: Route) -> Bool {
        request.wantsWebSocket && route.kind == .service
    }

    private func isOwnOrigin(_ origin: ArraySlice<UInt8>, _ request: NormalRequest) -> Bool {
        origin.elementsEqual("\(scheme)://\(request.authority)".utf8)
    }

    /// Where a browser gets what it lacks; nil when no session would do.
    private func wayToSession(for decision: Decision, _ request: NormalRequest) -> String? {
        switch decision {
        case .deny(.anonymous): return "\(scheme)://\(baseAuthority)\(handover(request))"
        case .signInAgain(let demand):
            let fields = demand.fields
                .map { "&\($0.name)=\(PercentEncoding.component(Array($0.value.utf8)))" }.joined()
            let back = request.authority == baseAuthority ? path(request) : Array(handover(request).utf8)
            return "\(scheme)://\(baseAuthority)/login?to=\(PercentEncoding.component(back))\(fields)"
        default: return nil
        }
    }

    private func path(_ request: NormalRequest) -> [UInt8] { Array(request.path) + Array(request.query) }

    private func handover(_ request: NormalRequest) -> String {
        let target = Array("\(scheme)://\(request.authority)".utf8) + path(request)
        return "/handover?to=\(PercentEncoding.component(target))"
    }

    private static let gitPassword = BedelError(
        .signInRequired, "Git needs to know who you are.",
        next: "Make an access token on your tokens page and give it as the password, with any user name.")

    private static let fromElsewhere = BedelError(
        .crossSite, "This was sent from a page of another site, so it was not done.",
        next: "Open the page here and do it again.")
}
