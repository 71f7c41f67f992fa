internal import BedelDomain
internal import Hummingbird

/// Invitation links for programs.
struct InvitationAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        let access = Route.Access.action(.memberEdit, on: .profile)
        return [
            .api(
                .get, .invitationLinks(nil), access,
                .init(
                    id: "listInvitationLinks", summary: "The links that let people in, those that hold no more too",
                    answer: .json(InvitationLinkRepresentation.list)), handler: list),
            .api(
                .post, .invitationLinks(nil), access,
                .init(
                    id: "createInvitationLink",
                    summary: "A link for so many people and days; its URL is in this answer and nowhere else",
                    request: .json(
                        .object(["role": .string, "uses": .optional(.integer), "days": .optional(.integer)])),
                    answer: .json(InvitationLinkRepresentation.schema), status: 201), handler: make),
            .api(
                .delete, .invitationLink(nil, nil), access,
                .init(
                    id: "revokeInvitationLink", summary: "Nobody comes in by it any more", answer: .empty,
                    status: 204), handler: revoke),
        ]
    }

    private struct NewLink: Decodable {
        let role: String
        let uses: Int?
        let days: Int?
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let links = try await desk.ports.invitationLinks.links(to: visit.profile().name)
        return try JSONAnswer.response(links.map { InvitationLinkRepresentation($0, url: nil, at: visit.now) })
    }

    @Sendable private func make(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(NewLink.self, from: await visit.body(limit: 64 << 10))
        let order = try InvitationOrder(role: wanted.role, uses: wanted.uses, days: wanted.days)
        let (link, secret) = try await desk.ports.invitationLinks.make(
            order.role, maximum: order.maximum, days: order.days, to: try visit.profile(), by: visit.user(),
            in: visit.context)
        let url = desk.configuration.baseURL + Address.join(secret).path
        return try JSONAnswer.response(
            InvitationLinkRepresentation(link, url: url, at: visit.now), status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        try await desk.ports.invitationLinks.revoke(
            try InvitationOrder.link(visit), of: try visit.profile(), by: visit.user(), in: visit.context)
        return Response(status: .noContent)
    }
}

struct InvitationLinkRepresentation: Represented {
    static let name = "InvitationLink"
    static let members: [String: Schema] = [
        "id": .string, "role": .string, "uses": .integer, "maximum": .integer, "state": .string,
        "created_by": .string, "created_at": .string, "expires_at": .string, "url": .optional(.string),
    ]
    let id: String
    let role: String
    let uses: Int64
    let maximum: Int64
    /// `open`, `revoked`, `expired`, `used`, or `lapsed`: whoever made it may not invite anybody any more.
    let state: String
    let createdBy: String
    let createdAt: String
    let expiresAt: String
    /// In the answer to making it, and never again.
    let url: String?

    init(_ link: InvitationLink, url: String?, at time: Timestamp) {
        id = link.id.rawValue
        role = link.role.rawValue
        uses = link.uses
        maximum = link.maximum
        state = link.standing(at: time).rawValue
        createdBy = link.createdByLogin
        createdAt = link.createdAt.description
        expiresAt = link.expiresAt.description
        self.url = url
    }
}
