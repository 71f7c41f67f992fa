package import BedelDomain

/// Makes invitation links and lets people in by them. Only the hash of a secret is kept.
package struct InvitationService: InvitationLinks {
    static let maximumOpen = 50
    private let store: any InvitationLinkStore
    private let clock: any TimeSource

    package init(store: any InvitationLinkStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    package func links(to profile: Label) async throws -> [InvitationLink] { try await store.links(to: profile) }

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
        try found.link.requireOpen(at: clock.now())
        return found
    }

    package func accept(
        _ secret: String, by principal: Principal, in context: RequestContext
    ) async throws -> Label {
        guard OneTimeSecret.isWellFormed(secret) else { throw Self.unknown }
        let now = clock.now()
        return try await store.accept(OneTimeSecret.hash(secret), by: principal.user, at: now) { link in
            AuditEvent(
                .profileJoin, on: .profile(link.profile), by: principal,
                facts: ["link": link.id.rawValue, "member": principal.login, "role": link.role.rawValue], in: context,
                at: now)
        }
    }

    private static let unknown = BedelError(
        .notFound, "There is no such invitation.", next: "Check that the link is whole, or ask for a new one.")
}
