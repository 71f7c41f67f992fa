internal import BedelDomain
internal import Hummingbird

/// A profile's words, name, state and quotas.
struct SettingsPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .settings(nil), .action(.profileSettings, on: .profile), handler: settings),
            Route(.post, .settings(nil), .action(.profileEdit, on: .profile), handler: edit),
            Route(.post, .profileName(nil), .action(.profileGovern, on: .profile), handler: rename),
            Route(.post, .profileState(nil), .action(.profileGovern, on: .profile), handler: setState),
            Route(.post, .profileDeletion(nil), .action(.profileGovern, on: .profile), handler: delete),
            Route(
                .post, .admin(.profileRestoration), .action(.profileGovern, on: .platform), handler: restore),
            Route(.post, .quota(nil), .action(.quotaEdit, on: .profile), handler: setQuota),
        ]
    }

    private var desks: ProfileDesk { ProfileDesk(ports: desk.ports) }

    @Sendable private func settings(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let quotas = desk.ports.quotas
        let members = try await desk.ports.profiles.members(of: profile.id)
        var allowances: [(Member, Allowance)] = []
        for member in members.prefix(200) {
            allowances.append((member, try await quotas.allowance(of: member.user, in: profile.id, at: visit.now)))
        }
        let login = try visit.query()["member"]
        var oneMember: (Member, Quota)?
        if let member = members.first(where: { $0.login == login }) {
            oneMember = (member, try await quotas.quota(of: .member(member.user), in: profile.id))
        }
        return try desk.page(
            SettingsPage(
                profile, allowance: try await quotas.allowance(of: profile.id, at: visit.now), members: allowances,
                everyMember: try await quotas.quota(of: .everyMember, in: profile.id),
                oneMember: oneMember,
                may: .init(
                    edit: desk.may(visit, .profileEdit, profile.resource),
                    govern: desk.may(visit, .profileGovern, profile.resource),
                    limit: desk.may(visit, .quotaEdit, profile.resource),
                    export: desk.may(visit, .profileExport, profile.resource),
                    audit: desk.may(visit, .auditView, profile.resource)
                ), visit), visit)
    }

    @Sendable private func edit(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        try await desks.edit(title: fields.required("title"), kind: fields.required("kind"), visit)
        return desk.redirect(to: .settings(try visit.profile().name), done: "profile-saved")
    }

    @Sendable private func rename(_ visit: Visit) async throws -> Response {
        let name = try await desks.rename(to: visit.form().required("name"), visit)
        return desk.redirect(to: .settings(name), done: "profile-renamed")
    }

    @Sendable private func setState(_ visit: Visit) async throws -> Response {
        try await desks.set(state: visit.form().required("state"), visit)
        return desk.redirect(to: .settings(try visit.profile().name), done: "profile-saved")
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        try await desks.delete(confirmedBy: visit.form()["name"] ?? "", visit)
        return desk.redirect(to: .admin(.profiles), done: "profile-deleted")
    }

    @Sendable private func restore(_ visit: Visit) async throws -> Response {
        let profile = try await desks.restore(visit.form().required("id"), visit)
        return desk.redirect(to: .settings(profile.name), done: "profile-restored")
    }

    @Sendable private func setQuota(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let fields = try await visit.form()
        var quota = Quota()
        for unit in Quota.Unit.allCases {
            guard let number = try fields.number(unit.rawValue, in: 0...SettingsPage.mostOfAnything) else { continue }
            quota.limits[unit] = Int64(number) * unit.formScale
        }
        // A field of its own: somebody's login may be `profile`.
        if let login = fields["member"] {
            try await desks.set(quota, of: desks.member(login, in: profile), named: login, visit)
            return desk.redirect(
                toPath: Address.settings(profile.name).with(["member": login, "done": "quota-set"]))
        }
        let whose = try fields.required("of")
        try await desks.set(quota, of: desks.holder(whose, in: profile), named: whose, visit)
        return desk.redirect(to: .settings(profile.name), done: "quota-set")
    }
}

extension Quota.Unit {
    /// What 1 in a form stands for: memory and storage are written in MiB.
    var formScale: Int64 {
        switch self {
        case .memory, .storage: 1 << 20
        case .models, .instances, .cpu, .submissionsPerDay, .requestsPerSecond: 1
        }
    }
}
