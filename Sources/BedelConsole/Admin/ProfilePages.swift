internal import BedelDomain
internal import Hummingbird

/// Profiles, who is in them, and the rules that put them there.
struct ProfilePages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .admin(.profiles), .action(.profileCreate, on: .platform), handler: list),
            Route(.post, .admin(.profiles), .action(.profileCreate, on: .platform), handler: create),
            Route(.get, .members(nil), .action(.memberList, on: .profile), handler: members),
            Route(.post, .members(nil), .action(.memberEdit, on: .profile), handler: setMember),
            Route(.post, .memberRemoval(nil, login: nil), .action(.memberEdit, on: .profile), handler: removeMember),
            Route(.post, .groupRules(nil), .action(.memberEdit, on: .profile), handler: editRules),
        ]
    }

    private var desks: ProfileDesk { ProfileDesk(ports: desk.ports) }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try desk.page(
            ProfilesPage(
                try await desk.ports.profiles.profiles(), deleted: try await desk.ports.lifecycle.deletedProfiles(),
                visit), visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        let profile = try await desks.create(
            name: fields["name"] ?? "", title: fields.required("title"), kind: fields["kind"] ?? "course", visit)
        return desk.redirect(to: .members(profile.name), done: "profile-created")
    }

    @Sendable private func members(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        return try desk.page(
            MembersPage(
                profile, members: try await desk.ports.profiles.members(of: profile.id),
                rules: try await desk.ports.profiles.groupRules(of: profile.id),
                invited: try await desk.ports.enrolment.invitations(to: profile.id),
                disabled: try await desk.ports.enrolment.disabledMembers(of: profile.id),
                mayEdit: desk.may(visit, .memberEdit, profile.resource),
                mayLetApplicationsIn: desk.may(visit, .serviceAccountManage, profile.resource), visit), visit)
    }

    @Sendable private func setMember(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        try await desks.setMember(login: fields.required("login"), role: fields.required("role"), visit)
        return desk.redirect(to: .members(try visit.profile().name), done: "member-set")
    }

    @Sendable private func removeMember(_ visit: Visit) async throws -> Response {
        let encoded = visit.parameters.get("login") ?? ""
        try await desks.removeMember(login: QueryText.decode(encoded[...], plusIsSpace: false) ?? "", visit)
        return desk.redirect(to: .members(try visit.profile().name), done: "member-removed")
    }

    /// Adds the rule of the form's `group` and `role`, or takes the one out that `remove` names.
    @Sendable private func editRules(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let fields = try await visit.form()
        var rules = try await desk.ports.profiles.groupRules(of: profile.id)
        if let removed = fields["remove"] {
            rules.removeAll { $0.group == removed }
        } else {
            let rule = try ProfileDesk.rule(group: fields.required("group"), role: fields.required("role"))
            rules.removeAll { $0.group == rule.group }
            rules.append(rule)
        }
        try await desks.setRules(rules, visit)
        return desk.redirect(to: .members(profile.name), done: "rules-set")
    }
}
