internal import BedelDomain

/// What pages and API do to profiles, in one place, each with its audit event and its signal.
struct ProfileDesk: Sendable {
    let ports: ConsolePorts

    /// - Throws: `invalidName`, `invalidRequest`, `conflict` when the name is taken or reserved.
    /// - Parameter name: empty for one made from the title.
    func create(name: String, title: String, kind: String, _ visit: Visit) async throws -> Profile {
        let title = try Self.title(title)
        let label = try await self.name(name, for: title)
        let profile = Profile(
            id: .random(at: visit.now), name: label, title: title, kind: try Self.kind(kind), createdAt: visit.now)
        try await ports.profiles.create(
            profile, audit: event(.profileCreate, .profile(label), visit, ["title": profile.title]))
        try await ports.signals.send(.access)
        return profile
    }

    /// - Throws: `invalidName`.
    private func name(_ name: String, for title: String) async throws -> Label {
        guard name.isEmpty else { return try ProfileName.checked(name) }
        let taken = Set(try await ports.profiles.profiles().map { ProfileName.skeleton(of: $0.name) })
        return ProfileName.proposal(for: title) { proposal in
            taken.contains(ProfileName.skeleton(of: proposal)) || (try? ProfileName.checked(proposal.rawValue)) == nil
        }
    }

    static func title(_ text: String) throws(BedelError) -> String {
        let title = text.trimmed
        guard !title.isEmpty, title.count <= 120 else {
            throw BedelError(
                .invalidRequest, "A profile needs a title of 1 to 120 characters.", next: "Shorten it.",
                arguments: ["unit": "long-title", "advice": "shorten"])
        }
        return title
    }

    static func kind(_ text: String) throws(BedelError) -> Profile.Kind {
        guard let kind = Profile.Kind(rawValue: text) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no kind of profile.", next: "Use course, lab or personal.")
        }
        return kind
    }

    func setMember(login: String, role: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        let role = try Self.role(role)
        let user = try await user(login)
        try await ports.profiles.setMember(
            user.id, role: role, in: profile.id,
            audit: event(.memberEdit, .profile(profile.name), visit, ["member": user.login, "role": role.rawValue]))
        try await ports.signals.send(.access)
    }

    func removeMember(login: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        guard let member = try await ports.profiles.members(of: profile.id).first(where: { $0.login == login }) else {
            throw Self.noMember(login)
        }
        try await ports.profiles.removeMember(
            member.user, from: profile.id,
            audit: event(.memberEdit, .profile(profile.name), visit, ["member": login, "role": "none"]))
        try await ports.signals.send(.access)
    }

    func setRules(_ rules: [GroupRule], _ visit: Visit) async throws {
        let profile = try visit.profile()
        let text = rules.map { "\($0.group)=\($0.role.rawValue)" }.sorted().joined(separator: " ")
        try await ports.profiles.setGroupRules(
            rules, of: profile.id, audit: event(.memberEdit, .profile(profile.name), visit, ["rules": text]))
        try await ports.signals.send(.access)
    }

    static func rule(group: String, role: String) throws(BedelError) -> GroupRule {
        guard !group.trimmed.isEmpty, group.count <= 120 else {
            throw BedelError(
                .invalidRequest, "A group's name has 1 to 120 characters.", next: "Write it as the provider does.",
                arguments: ["unit": "group", "advice": "group"])
        }
        return GroupRule(group: group.trimmed, role: try Self.role(role))
    }

    /// Admins are made at the identity provider, not in a profile.
    static let grantable: [Role] = [.student, .assistant, .teacher, .consumer]

    static func role(_ text: String) throws(BedelError) -> Role {
        guard let role = Role(rawValue: text), grantable.contains(role) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no role in a profile.",
                next: "Use one of: \(grantable.map(\.rawValue).joined(separator: ", ")).")
        }
        return role
    }

    /// Two providers may know the same login; then it has to be said which by other means.
    private func user(_ login: String) async throws -> User {
        let users = try await ports.users.users().filter { $0.login == login }
        guard users.count == 1, let user = users.first else {
            throw BedelError(
                .notFound,
                users.isEmpty
                    ? "Nobody called “\(login.prefix(60))” has signed in yet."
                    : "Several people are called “\(login.prefix(60))”.",
                next: "They have to sign in once first; or make a rule for their group.",
                arguments: [
                    "login": String(login.prefix(60)), "unit": users.isEmpty ? "stranger" : "namesakes",
                    "advice": "stranger",
                ])
        }
        return user
    }

    static func noMember(_ login: String) -> BedelError {
        BedelError(
            .notFound, "“\(login.prefix(60))” is no member here.", next: "Look at the list again.",
            arguments: ["login": String(login.prefix(60)), "unit": "member", "advice": "member"])
    }

    func event(_ action: Action, _ resource: Resource, _ visit: Visit, _ facts: [String: String]) -> AuditEvent {
        AuditEvent(action, on: resource, by: visit.principal, facts: facts, in: visit.context, at: visit.now)
    }
}
