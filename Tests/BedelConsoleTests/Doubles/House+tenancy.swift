import BedelDomain
import Synchronization

extension House: ProfileLifecycle {
    func edit(_ profile: Profile.ID, title: String, kind: Profile.Kind, audit: AuditEvent) async throws {
        change(profile, audit) { $0.title = title }
    }
    func rename(_ profile: Profile.ID, to name: Label, audit: AuditEvent) async throws {
        course.withLock { course in
            for known in course.profiles where known.id == profile { course.aliases[known.name] = name }
        }
        change(profile, audit) {
            $0 = Profile(
                id: $0.id, name: name, namespace: $0.namespace, title: $0.title, kind: $0.kind, createdAt: $0.createdAt)
        }
    }
    func set(_ state: Profile.State, of profile: Profile.ID, audit: AuditEvent) async throws {
        change(profile, audit) { $0.state = state }
    }
    func delete(_ profile: Profile.ID, at time: Timestamp, audit: AuditEvent) async throws {
        course.withLock { course in
            course.deleted += course.profiles.filter { $0.id == profile }
                .map { DeletedProfile(profile: $0, deletedAt: time) }
            course.profiles.removeAll { $0.id == profile }
        }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func restore(_ profile: Profile.ID, audit: AuditEvent) async throws {
        course.withLock { course in
            course.profiles += course.deleted.filter { $0.profile.id == profile }.map(\.profile)
            course.deleted.removeAll { $0.profile.id == profile }
        }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func aliases() async throws -> [Label: Label] { read { $0.aliases } }
    func deletedProfiles() async throws -> [DeletedProfile] { read { $0.deleted } }
    func purge(
        deletedBefore time: Timestamp, audit: @escaping @Sendable (Profile) -> AuditEvent
    ) async throws -> [Label] { [] }

    private func change(_ profile: Profile.ID, _ audit: AuditEvent, _ body: (inout Profile) -> Void) {
        course.withLock { course in
            for index in course.profiles.indices where course.profiles[index].id == profile {
                body(&course.profiles[index])
            }
        }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
}

extension House: QuotaStore {
    func quota(of holder: QuotaHolder, in profile: Profile.ID) async throws -> Quota {
        read { $0.quotas[holder] ?? Quota() }
    }
    func set(_ quota: Quota, of holder: QuotaHolder, in profile: Profile.ID, audit: AuditEvent) async throws {
        course.withLock { $0.quotas[holder] = quota }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
    func allowance(of profile: Profile.ID, at time: Timestamp) async throws -> Allowance {
        read { course in
            Allowance(
                quota: course.quotas[.profile] ?? Quota(),
                usage: Usage(
                    models: Int64(course.models.count), storage: course.versions.reduce(0) { $0 + $1.size },
                    submissions: 3, envelope: .standard))
        }
    }
    func requestQuotas() async throws -> [Label: RequestQuota] { [:] }

    func allowance(of member: User.ID, in profile: Profile.ID, at time: Timestamp) async throws -> Allowance {
        read { course in
            Allowance(
                quota: course.quotas[.everyMember] ?? Quota(),
                usage: Usage(
                    models: Int64(course.models.filter { $0.owner == member }.count), storage: 70_000, submissions: 1,
                    envelope: .standard))
        }
    }
}

extension House: EnrolmentStore {
    func plan(_ roster: Roster, in profile: Profile.ID) async throws -> RosterPlan {
        read { course in
            RosterPlan(
                roster,
                known: course.users.map { .init(user: $0.id, login: $0.login, email: $0.email, role: nil) },
                invited: [:])
        }
    }
    func enrol(
        _ roster: Roster, in profile: Profile.ID, at time: Timestamp, audit: AuditEvent
    ) async throws -> RosterPlan {
        note("enrol \(audit.action)")
        return try await plan(roster, in: profile)
    }
    func invitations(to profile: Profile.ID) async throws -> [Invitation] {
        [Invitation(person: "later@uni.example", role: .student, invitedAt: FixedTime.now)]
    }
    func withdraw(_ person: String, from profile: Profile.ID, audit: AuditEvent) async throws {
        note("withdraw \(person)")
    }
    func disabledMembers(of profile: Profile.ID) async throws -> [Member] { read { $0.disabled } }
    func set(disabled: Bool, _ user: User.ID, in profile: Profile.ID, audit: AuditEvent) async throws {
        course.withLock { course in
            let moved = (disabled ? course.members : course.disabled).filter { $0.user == user }
            course.members.removeAll { $0.user == user }
            course.disabled.removeAll { $0.user == user }
            if disabled { course.disabled += moved } else { course.members += moved }
        }
        note("audit \(audit.action) \(audit.outcome.rawValue)")
    }
}

extension House: InvitationLinks {
    static func link(_ uses: Int64 = 0, makerMayInvite: Bool = true) -> InvitationLink {
        InvitationLink(
            id: .random(at: FixedTime.now), profile: Course.profile, role: .student, uses: uses, maximum: 30,
            createdBy: .random(at: FixedTime.now), createdByLogin: "prof <b>", createdAt: FixedTime.now,
            expiresAt: FixedTime.now + .seconds(86_400), makerMayInvite: makerMayInvite)
    }

    func links(to profile: Label) async throws -> [InvitationLink] {
        [Self.link(3), Self.link(30), Self.link(4, makerMayInvite: false)]
    }

    func make(
        _ role: Role, maximum: Int, days: Int, to profile: Profile, by principal: Principal,
        in context: BedelDomain.RequestContext
    ) async throws -> (link: InvitationLink, secret: String) {
        try InvitationLink.check(role: role, maximum: maximum, days: days)
        note("link \(role) \(maximum) \(days) by \(principal.login)")
        return (Self.link(), "s3cret")
    }

    func revoke(
        _ id: InvitationLink.ID, of profile: Profile, by principal: Principal, in context: BedelDomain.RequestContext
    ) async throws { note("withdraw link \(id)") }

    func look(_ secret: String) async throws -> (link: InvitationLink, profile: Profile) {
        if secret == "lapsed" { try Self.link(makerMayInvite: false).requireOpen(at: FixedTime.now) }
        guard secret == "s3cret", let profile = read({ $0.profiles.first }) else {
            throw BedelError(.notFound, "There is no such invitation.", next: "Ask for a new one.")
        }
        return (Self.link(), profile)
    }

    func accept(
        _ secret: String, by principal: Principal, in context: BedelDomain.RequestContext
    ) async throws -> Label {
        let profile = try await look(secret).profile
        note("join \(profile.name) \(principal.login)")
        return Course.profile
    }
}

extension House: ViewingStore {
    func begin(_ viewing: Viewing, audit: AuditEvent) async throws {
        course.withLock { $0.viewings.append(viewing) }
        note("audit \(audit.action) \(audit.actorName) \(Self.change(audit))")
    }

    private static func change(_ audit: AuditEvent) -> String {
        "\(audit.facts["on-behalf-of"] ?? "") \(audit.facts["change"] ?? "")"
    }

    func viewing(_ id: Viewing.ID) async throws -> Viewing? { read { $0.viewings.first { $0.id == id } } }

    func end(_ id: Viewing.ID, at time: Timestamp, audit: AuditEvent) async throws {
        course.withLock { $0.viewings.removeAll { $0.id == id } }
        note("audit \(audit.action) \(audit.actorName) \(Self.change(audit))")
    }

    func viewings(of user: User.ID) async throws -> [Viewing] { read { $0.viewings.filter { $0.user == user } } }
}

extension House: ProfileExporter {
    func export(
        _ profile: Profile, withTrail: Bool, by principal: Principal, in context: BedelDomain.RequestContext
    ) async throws -> ByteStream {
        note("export \(profile.name) \(withTrail ? "with its trail " : "")by \(principal.login)")
        return ByteStream(Array("tar".utf8))
    }
}
