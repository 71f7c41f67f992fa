internal import BedelDomain

/// Whole classes, people who are expected, and people who are kept out for a while.
extension ProfileDesk {
    func enrol(_ roster: Roster, _ visit: Visit) async throws -> RosterPlan {
        let profile = try visit.profile()
        return try await ports.enrolment.enrol(
            roster, in: profile.id, at: visit.now,
            audit: event(.memberEdit, .profile(profile.name), visit, ["change": "roster"]))
    }

    func withdraw(_ person: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        try await ports.enrolment.withdraw(
            person, from: profile.id,
            audit: event(
                .memberEdit, .profile(profile.name), visit, ["change": "invitation-withdrawn", "member": person]))
    }

    func set(disabled: Bool, login: String, _ visit: Visit) async throws {
        let profile = try visit.profile()
        let people =
            try await disabled
            ? ports.profiles.members(of: profile.id) : ports.enrolment.disabledMembers(of: profile.id)
        guard let member = people.first(where: { $0.login == login }) else {
            throw Self.noMember(login)
        }
        try await ports.enrolment.set(
            disabled: disabled, member.user, in: profile.id,
            audit: event(
                .memberEdit, .profile(profile.name), visit,
                ["change": disabled ? "disabled" : "enabled", "member": login]))
    }
}
