internal import BedelDomain
internal import Hummingbird

/// Links that let people into a profile, and where they lead.
struct InvitationPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .invitationLinks(nil), .action(.memberEdit, on: .profile), handler: list),
            Route(.post, .invitationLinks(nil), .action(.memberEdit, on: .profile), handler: make),
            Route(.post, .invitationLinkRevocation(nil, nil), .action(.memberEdit, on: .profile), handler: revoke),
            Route(.get, .join(nil), .action(.profileJoin, on: .platform), handler: look),
            Route(.post, .join(nil), .action(.profileJoin, on: .platform), handler: accept),
        ]
    }

    private var invitations: any InvitationLinks { desk.ports.invitationLinks }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try desk.page(try await page(visit, secret: nil), visit)
    }

    /// Answers with the page itself rather than a redirect: the secret is shown this once and kept nowhere.
    @Sendable private func make(_ visit: Visit) async throws -> Response {
        let order = try InvitationOrder(try await visit.form())
        let (_, secret) = try await invitations.make(
            order.role, maximum: order.maximum, days: order.days, to: try visit.profile(), by: visit.user(),
            in: visit.context)
        return try desk.page(try await page(visit, secret: secret), visit, status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        try await invitations.revoke(
            try InvitationOrder.link(visit), of: profile, by: visit.user(), in: visit.context)
        return desk.redirect(to: .invitationLinks(profile.name), done: "link-withdrawn")
    }

    private func page(_ visit: Visit, secret: String?) async throws -> InvitationLinksPage {
        let profile = try visit.profile()
        let url = secret.map { desk.configuration.baseURL + Address.join($0).path }
        return InvitationLinksPage(profile, try await invitations.links(to: profile.name), newLink: url, visit)
    }

    // MARK: Whoever has the link

    /// Changes nothing: a link that is only looked at, or fetched by a chat's preview, uses nothing up.
    @Sendable private func look(_ visit: Visit) async throws -> Response {
        let secret = visit.parameters.get("secret") ?? ""
        let found = try await invitations.look(secret)
        let roles = try visit.user().roles(in: found.profile.name)
        guard roles.isEmpty || roles == [.admin] else { return desk.redirect(to: .profile(found.profile.name)) }
        return try desk.page(JoinPage(found.profile, found.link, secret: secret, visit), visit)
    }

    @Sendable private func accept(_ visit: Visit) async throws -> Response {
        let profile = try await invitations.accept(
            visit.parameters.get("secret") ?? "", by: visit.user(), in: visit.context)
        try await desk.ports.signals.send(.access)
        return desk.redirect(to: .profile(profile), done: "joined")
    }
}

/// What kind of link is wanted.
struct InvitationOrder: Sendable {
    static let usualUses = 30
    static let usualDays = 14
    let role: Role
    let maximum: Int
    let days: Int

    init(role: String, uses: Int?, days: Int?) throws(BedelError) {
        self.role = try ProfileDesk.role(role)
        maximum = uses ?? Self.usualUses
        self.days = days ?? Self.usualDays
    }

    init(_ fields: FormFields) throws(BedelError) {
        try self.init(
            role: try fields.required("role"), uses: try fields.number("uses", in: 1...Int(InvitationLink.maximumUses)),
            days: try fields.number("days", in: InvitationLink.days))
    }

    static func link(_ visit: Visit) throws(BedelError) -> InvitationLink.ID {
        guard let id = visit.parameters.get("link").flatMap(InvitationLink.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        return id
    }
}
