internal import BedelDomain
internal import Hummingbird

/// Who am I, what is mine, and my tokens.
struct PeopleAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .get, .me, .asked(by: "nobody: it says only what the caller's own credential says", .profileList),
                .init(id: "me", summary: "Who the caller is", answer: .json(MeRepresentation.schema)), handler: me),
            .api(
                .get, .tokens, .action(.tokenManage, on: .ownTokens),
                .init(id: "listTokens", summary: "The caller's access tokens", answer: .json(TokenRepresentation.list)),
                handler: list),
            .api(
                .post, .tokens, .action(.tokenManage, on: .ownTokens),
                .init(
                    id: "createToken", summary: "A new access token; its secret is in this answer and nowhere else",
                    request: .json(
                        .object(["name": .string, "scopes": .array(.string), "days": .optional(.integer)])),
                    answer: .json(TokenRepresentation.schema), status: 201), handler: create),
            .api(
                .delete, .token(nil), .action(.tokenManage, on: .ownTokens),
                .init(id: "revokeToken", summary: "End an access token now", answer: .empty, status: 204),
                handler: revoke),
        ]
    }

    @Sendable private func me(_ visit: Visit) async throws -> Response {
        guard let principal = visit.principal else {
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Send an access token.")
        }
        return try JSONAnswer.response(MeRepresentation(principal))
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let tokens = try await desk.ports.tokens.list(of: visit.user())
        return try JSONAnswer.response(
            tokens.filter { $0.revokedAt == nil }.map { TokenRepresentation($0, secret: nil) })
    }

    private struct Request: Decodable {
        let name: String
        let scopes: [String]
        let days: Int?
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(Request.self, from: await visit.body(limit: 64 << 10))
        let order = try TokenOrder(name: wanted.name, scopes: wanted.scopes, days: wanted.days)
        let (token, secret) = try await desk.ports.tokens.issue(
            name: order.name, scopes: order.scopes, lifetime: order.lifetime, to: visit.user(), in: visit.context)
        return try JSONAnswer.response(TokenRepresentation(token, secret: secret), status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("token").flatMap(AccessToken.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        try await desk.ports.tokens.revoke(id, by: visit.user(), in: visit.context)
        return Response(status: .noContent)
    }
}
