package import BedelDomain

/// Makes invitation links and lets people in by them. Only the hash of a secret is kept. A link holds while the policies let
/// its maker edit the members, as the maker and the profile are when it is used.
package struct InvitationService: InvitationLinks {
    static let maximumOpen = 50
    private let store: any InvitationLinkStore
    private let profiles: any ProfileStore
    private let users: any UserStore
    private let authorizer: any Authorizer
    private let clock: any TimeSource

    package init(
        store: any InvitationLinkStore, profiles: any ProfileStore, users: any UserStore, authorizer: any Authorizer,
        clock: any TimeSource
    ) {
        self.store = store
        self.profiles = profiles
        self.users = users
        self.authorizer = authorizer
        self.clock = clock
    }

    package func links(to profile: Label) async throws -> [InvitationLink] {
        let links = try await store.links(to: profile)
        guard !links.isEmpty, var profile = try await profiles.profile(named: profile) else { return links }
        // An archived profile allows it to nobody, which says nothing about the makers: their links rest with the profile.
        if profile.state == .archived { profile.state = .active }
        var inviting: [User.ID: Bool] = [:]
        for maker in Set(links.map(\.createdBy)) { inviting[maker] = try await mayInvite(maker, to: profile) }
        return links.map { $0.whose(makerMayInvite: inviting[$0.createdBy] ?? false) }
    }

    package func make(
        _ role: Role, maximum: Int, days: Int, to profile: Profile, by principal: Principal, in context: RequestContext
    ) async throws -> (link: InvitationLink, secret: String) {
        try InvitationLink.check(role: role, maximum: maximum, days: days)
        let now = clock.now()
        guard try await store.links(to: profile.name).count(where: { $0.standing(at: now) == .open }) < Self.maximumOpen
        else {
            throw BedelError(
                .conflict, "There are \(Self.maximumOpen) open invitation links to \(profile.name).",
                next: "Withdraw one first.")
        }
        let secret = OneTimeSecret.make()
        let link = InvitationLink(
            id: .random(at: now), profile: profile.name, role: role, maximum: Int64(maximum),
            createdBy: principal.user, createdByLogin: principal.login, createdAt: now,
            expiresAt: now + .seconds(days * 86_400))
        let facts = [
            "change": "link-made", "link": link.id.rawValue, "role": role.rawValue, "uses": "\(maximum)",
            "until": link.expiresAt.description,
        ]
        try await store.create(
            link, secretHash: OneTimeSecret.hash(secret),
            audit: AuditEvent(.memberEdit, on: profile.resource, by: principal, facts: facts, in: context, at: now))
        return (link, secret)
    }

    package func revoke(
        _ id: InvitationLink.ID, of profile: Profile, by principal: Principal, in context: RequestContext
    ) async throws {
        guard try await store.links(to: profile.name).contains(where: { $0.id == id }) else { throw Self.unknown }
        let now = clock.now()
        let facts = ["change": "link-withdrawn", "link": id.rawValue]
        _ = try await store.revoke(
            id, at: now,
            audit: AuditEvent(.memberEdit, on: profile.resource, by: principal, facts: facts, in: context, at: now))
    }

    package func look(_ secret: String) async throws -> (link: InvitationLink, profile: Profile) {
        guard OneTimeSecret.isWellFormed(secret), let found = try await store.find(OneTimeSecret.hash(secret)) else {
            throw Self.unknown
        }
        let now = clock.now()
        try found.link.requireOpen(at: now)
        // Before the maker, who may do nothing in an archived profile either.
        try found.profile.requireChangeable()
        let link = try await found.link.whose(makerMayInvite: mayInvite(found.link.createdBy, to: found.profile))
        try link.requireOpen(at: now)
        return (link, found.profile)
    }

    package func accept(
        _ secret: String, by principal: Principal, in context: RequestContext
    ) async throws -> Label {
        guard OneTimeSecret.isWellFormed(secret) else { throw Self.unknown }
        let now = clock.now()
        return try await store.accept(
            OneTimeSecret.hash(secret), by: principal.user, at: now,
            mayInvite: { [authorizer] in Self.mayInvite($0, to: $1, authorizer) },
            audit: { link in
                AuditEvent(
                    .profileJoin, on: .profile(link.profile), by: principal,
                    facts: ["link": link.id.rawValue, "member": principal.login, "role": link.role.rawValue],
                    in: context, at: now)
            })
    }

    /// As they are now; at the join it is asked once more, of the maker as they are then.
    private func mayInvite(_ maker: User.ID, to profile: Profile) async throws -> Bool {
        guard let user = try await users.user(maker) else { return false }
        let principal = Principal(user: user, roles: try await users.roles(of: maker), proof: .system)
        return Self.mayInvite(principal, to: profile, authorizer)
    }

    private static func mayInvite(_ maker: Principal, to profile: Profile, _ authorizer: any Authorizer) -> Bool {
        authorizer.decide(Question(maker, .memberEdit, profile.resource)).isAllowed
    }

    private static let unknown = BedelError(
        .notFound, "There is no such invitation.", next: "Check that the link is whole, or ask for a new one.",
        arguments: ["unit": "link-unknown", "advice": "link-unknown"])
}
