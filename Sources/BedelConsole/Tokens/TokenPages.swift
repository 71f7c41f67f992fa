internal import BedelDomain
internal import Hummingbird

/// Access tokens for git, the command line and programs.
struct TokenPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .tokens, .action(.tokenManage, on: .ownTokens), handler: list),
            Route(.post, .tokens, .action(.tokenManage, on: .ownTokens), handler: create),
            Route(.post, .tokenRevocation(nil), .action(.tokenManage, on: .ownTokens), handler: revoke),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let tokens = try await desk.ports.tokens.list(of: visit.user())
        return try desk.page(TokensPage(tokens, secret: nil, visit), visit)
    }

    /// Answers with the page itself rather than a redirect: the secret is shown this once and kept nowhere.
    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        let order = try TokenOrder(
            name: fields.required("name"),
            scopes: Scope.allCases.map(\.rawValue).filter { fields["scope-\($0)"] != nil },
            days: try fields.number("days", in: TokenOrder.days))
        let (_, secret) = try await desk.ports.tokens.issue(
            name: order.name, scopes: order.scopes, lifetime: order.lifetime, to: visit.user(), in: visit.context)
        let tokens = try await desk.ports.tokens.list(of: visit.user())
        return try desk.page(TokensPage(tokens, secret: secret, visit), visit, status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("token").flatMap(AccessToken.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        try await desk.ports.tokens.revoke(id, by: visit.user(), in: visit.context)
        return desk.redirect(to: .tokens, done: "revoked")
    }
}
