internal import BedelDomain

struct InvitationLinksPage: Page {
    static let template = "invitation-links"
    let title: String
    let action: String
    /// Shown this once.
    let newLink: String?
    let hasLinks: Bool
    let links: [Row]
    let roles: [ProfilesPage.Choice]
    let usualUses: Int
    let maximumUses: Int64
    let usualDays: Int
    let maximumDays: Int
    let mayMake: Bool
    let trail: [Crumb]

    struct Row: Hashable, Sendable {
        let role: String
        let used: String
        let badge: Badge
        /// It does not hold although nothing on the page shows it.
        let why: String?
        let madeBy: String
        let created: Moment
        let expires: Moment
        /// Nil when it will never hold again.
        let revokeAction: String?
    }

    init(_ profile: Profile, _ links: [InvitationLink], newLink: String?, _ visit: Visit) {
        let words = visit.words
        title = words("links.title")
        action = Address.invitationLinks(profile.name).path
        self.newLink = newLink
        hasLinks = !links.isEmpty
        self.links = links.map { Self.row($0, visit) }
        roles = ProfileDesk.grantable.map { .init(value: $0.rawValue, meaning: words("role.\($0.rawValue)")) }
        usualUses = InvitationOrder.usualUses
        maximumUses = InvitationLink.maximumUses
        usualDays = InvitationOrder.usualDays
        maximumDays = InvitationLink.days.upperBound
        mayMake = profile.state != .archived
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
            Crumb(title: words("members.title"), link: Address.members(profile.name).path),
        ]
    }

    private static func row(_ link: InvitationLink, _ visit: Visit) -> Row {
        let standing = link.standing(at: visit.now)
        let mayHold = standing == .open || standing == .lapsed
        return Row(
            role: visit.words("role.\(link.role.rawValue)"),
            used: visit.words("quota.of", ["used": "\(link.uses)", "limit": "\(link.maximum)"]),
            badge: Badge(visit.words("state.link.\(standing.rawValue)"), standing == .open ? .good : .neutral),
            why: standing == .lapsed ? visit.words("links.lapsed", ["login": link.createdByLogin]) : nil,
            madeBy: link.createdByLogin, created: visit.moment(link.createdAt), expires: visit.moment(link.expiresAt),
            revokeAction: mayHold ? Address.invitationLinkRevocation(link.profile, link.id).path : nil)
    }
}

/// Where a link leads, before it is taken.
struct JoinPage: Page {
    static let template = "join"
    let title: String
    let lead: String
    let madeBy: String
    let action: String

    init(_ profile: Profile, _ link: InvitationLink, secret: String, _ visit: Visit) {
        title = profile.title
        let role = visit.words("role.\(link.role.rawValue)")
        lead = visit.words("join.lead", ["title": profile.title, "role": role])
        madeBy = link.createdByLogin
        action = Address.join(secret).path
    }
}
