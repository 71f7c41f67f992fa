internal import BedelDomain

/// A profile's life and its quotas.
extension ProfileDesk {
    func edit(title: String, kind: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        let title = try Self.title(title)
        let kind = try Self.kind(kind)
        try await ports.lifecycle.edit(
            profile.id, title: title, kind: kind,
            audit: event(.profileEdit, .profile(profile.name), visit, ["title": title, "kind": kind.rawValue]))
    }

    /// - Throws: `invalidName`; `conflict` when the name, or one that looks like it, is another's.
    func rename(to text: String, _ visit: Visit) async throws -> Label {
        let profile = try visit.profile()
        let name = try ProfileName.checked(text)
        guard name != profile.name else { return name }
        try await ports.lifecycle.rename(
            profile.id, to: name,
            audit: event(.profileGovern, .profile(profile.name), visit, ["change": "name", "to": name.rawValue]))
        return name
    }

    func set(state text: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        guard let state = Profile.State(rawValue: text) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no state of a profile.",
                next: "Use active, suspended or archived.")
        }
        try await ports.lifecycle.set(
            state, of: profile.id,
            audit: event(.profileGovern, .profile(profile.name), visit, ["change": "state", "to": text]))
    }

    /// - Parameter name: the profile's, written by whoever deletes it.
    func delete(confirmedBy name: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        guard name == profile.name.rawValue else {
            throw BedelError(
                .invalidRequest, "That is not the name of the profile.",
                next: "Write “\(profile.name)” to delete it; it can be restored for 30 days.",
                arguments: ["name": profile.name.rawValue, "unit": "confirmation", "advice": "confirmation"])
        }
        try await ports.lifecycle.delete(
            profile.id, at: visit.now,
            audit: event(.profileGovern, .profile(profile.name), visit, ["change": "deleted"]))
    }

    func restore(_ text: String, _ visit: Visit) async throws -> Profile {
        let deleted = try await ports.lifecycle.deletedProfiles().first { $0.profile.id.rawValue == text }
        guard let profile = deleted?.profile else {
            throw BedelError(
                .notFound, "There is no such deleted profile.", next: "It is gone for good, or back already.",
                arguments: ["unit": "deleted", "advice": "deleted"])
        }
        try await ports.lifecycle.restore(
            profile.id, audit: event(.profileGovern, .profile(profile.name), visit, ["change": "restored"]))
        return profile
    }

    func set(_ quota: Quota, of holder: QuotaHolder, named name: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        var facts = Dictionary(uniqueKeysWithValues: quota.limits.map { ($0.key.rawValue, "\($0.value)") })
        facts["of"] = name
        try await ports.quotas.set(
            quota, of: holder, in: profile.id, audit: event(.quotaEdit, .profile(profile.name), visit, facts))
    }

    /// Whose limits: `profile`, `every-member`, or a member's login.
    func holder(_ text: String, in profile: Profile) async throws -> QuotaHolder {
        switch text {
        case "profile": return .profile
        case "every-member": return .everyMember
        default: return try await member(text, in: profile)
        }
    }

    func member(_ login: String, in profile: Profile) async throws -> QuotaHolder {
        guard let member = try await ports.profiles.members(of: profile.id).first(where: { $0.login == login }) else {
            throw Self.noMember(login)
        }
        return .member(member.user)
    }
}
