internal import BedelDomain
internal import Hummingbird

/// The applications that may call a profile's models, for programs.
struct ServiceAccountAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        let access = Route.Access.action(.serviceAccountManage, on: .profile)
        return [
            .api(
                .get, .serviceAccounts(nil), access,
                .init(
                    id: "listServiceAccounts", summary: "The applications that may call this profile's models",
                    answer: .json(ServiceAccountRepresentation.list)), handler: list),
            .api(
                .post, .serviceAccounts(nil), access,
                .init(
                    id: "createServiceAccount", summary: "Let an application call this profile's models",
                    request: .json(.object(["name": .string, "title": .string])),
                    answer: .json(ServiceAccountRepresentation.schema), status: 201), handler: create),
            .api(
                .post, .serviceAccountDisabling(nil, nil), access,
                .init(
                    id: "disableServiceAccount", summary: "Refuse all its tokens from now on", answer: .empty,
                    status: 204)
            ) { try await setDisabled(true, $0) },
            .api(
                .post, .serviceAccountEnabling(nil, nil), access,
                .init(
                    id: "enableServiceAccount", summary: "Let its tokens that are not revoked work again",
                    answer: .empty, status: 204)
            ) { try await setDisabled(false, $0) },
            .api(
                .get, .serviceAccountTokens(nil, nil), access,
                .init(
                    id: "listServiceAccountTokens", summary: "Its tokens that work",
                    answer: .json(TokenRepresentation.list)), handler: tokens),
            .api(
                .post, .serviceAccountTokens(nil, nil), access,
                .init(
                    id: "createServiceAccountToken",
                    summary: "A new token to call models; its secret is in this answer and nowhere else",
                    request: .json(.object(["name": .string, "days": .optional(.integer)])),
                    answer: .json(TokenRepresentation.schema), status: 201), handler: issue),
            .api(
                .delete, .serviceAccountToken(nil, nil, nil), access,
                .init(
                    id: "revokeServiceAccountToken", summary: "End one of its tokens now", answer: .empty,
                    status: 204), handler: revoke),
        ]
    }

    private var accounts: any ServiceAccounts { desk.ports.serviceAccounts }

    private struct NewAccount: Decodable {
        let name: String
        let title: String
    }

    private struct NewToken: Decodable {
        let name: String
        let days: Int?
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let all = try await accounts.list(in: visit.profile().name)
        return try JSONAnswer.response(all.map(ServiceAccountRepresentation.init))
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(NewAccount.self, from: await visit.body(limit: 64 << 10))
        let account = try await accounts.create(
            wanted.name, title: wanted.title, in: visit.profile().name, by: visit.user(), in: visit.context)
        return try JSONAnswer.response(ServiceAccountRepresentation(account), status: .created)
    }

    private func setDisabled(_ isDisabled: Bool, _ visit: Visit) async throws -> Response {
        try await accounts.setDisabled(
            isDisabled, try Self.name(visit), in: visit.profile().name, by: visit.user(), in: visit.context)
        return Response(status: .noContent)
    }

    @Sendable private func tokens(_ visit: Visit) async throws -> Response {
        let all = try await accounts.tokens(of: try Self.name(visit), in: visit.profile().name)
        return try JSONAnswer.response(
            all.filter { $0.revokedAt == nil && $0.expiresAt > visit.now }
                .map { TokenRepresentation($0, secret: nil) })
    }

    @Sendable private func issue(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(NewToken.self, from: await visit.body(limit: 64 << 10))
        let order = try TokenOrder(
            name: wanted.name, scopes: ServiceAccount.scopes.map(\.rawValue), days: wanted.days)
        let (token, secret) = try await accounts.issueToken(
            order.name, lifetime: order.lifetime, for: try Self.name(visit), in: visit.profile().name,
            by: visit.user(), in: visit.context)
        return try JSONAnswer.response(TokenRepresentation(token, secret: secret), status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        try await accounts.revokeToken(
            try Self.token(visit), of: try Self.name(visit), in: visit.profile().name, by: visit.user(),
            in: visit.context)
        return Response(status: .noContent)
    }

    // MARK: What the address names

    static func name(_ visit: Visit) throws(BedelError) -> Label {
        guard let name = visit.parameters.get("account").flatMap(Label.init) else { throw SubjectFinder.nothingThere }
        return name
    }

    static func token(_ visit: Visit) throws(BedelError) -> AccessToken.ID {
        guard let id = visit.parameters.get("token").flatMap(AccessToken.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        return id
    }
}
