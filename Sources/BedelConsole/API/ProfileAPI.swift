internal import BedelDomain
internal import Hummingbird

/// One profile's life and quotas for programs.
struct ProfileAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .patch, .profile(nil), .action(.profileEdit, on: .profile),
                .init(
                    id: "editProfile", summary: "Another title or kind",
                    request: .json(.object(["title": .optional(.string), "kind": .optional(.string)])),
                    answer: .json(ProfileRepresentation.schema)), handler: edit),
            .api(
                .put, .profileName(nil), .action(.profileGovern, on: .profile),
                .init(
                    id: "renameProfile", summary: "Another name; the old one goes on leading there",
                    request: .json(.object(["name": .string])), answer: .json(ProfileRepresentation.schema)),
                handler: rename),
            .api(
                .put, .profileState(nil), .action(.profileGovern, on: .profile),
                .init(
                    id: "setProfileState", summary: "active, suspended (nothing runs) or archived (read only)",
                    request: .json(.object(["state": .string])), answer: .json(ProfileRepresentation.schema)),
                handler: setState),
            .api(
                .delete, .profile(nil), .action(.profileGovern, on: .profile),
                .init(
                    id: "deleteProfile", summary: "Delete a profile; it can be restored for 30 days", answer: .empty,
                    status: 204), handler: delete),
            .api(
                .get, .quota(nil), .action(.profileView, on: .profile),
                .init(
                    id: "getQuota", summary: "The caller's limits and use; the profile's for whoever may edit it",
                    answer: .json(QuotaRepresentation.list)), handler: quota),
            .api(
                .put, .quota(nil), .action(.quotaEdit, on: .profile),
                .init(
                    id: "setQuota",
                    summary: "Replace the limits of `profile`, of `every-member`, or of the member with that login",
                    request: .json(.object(["of": .string, "limits": .map(.integer)])),
                    answer: .json(QuotaRepresentation.list)), handler: setQuota),
        ]
    }

    private struct Edit: Decodable {
        let title: String?
        let kind: String?
    }

    private struct Name: Decodable { let name: String }
    private struct State: Decodable { let state: String }

    private struct NewQuota: Decodable {
        let of: String
        let limits: [String: Int64]
    }

    private var desks: ProfileDesk { ProfileDesk(ports: desk.ports) }

    @Sendable private func edit(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(Edit.self, from: await visit.body(limit: 64 << 10))
        let profile = try visit.profile()
        try await desks.edit(
            title: wanted.title ?? profile.title, kind: wanted.kind ?? profile.kind.rawValue, visit)
        return try await answer(profile.name, visit)
    }

    @Sendable private func rename(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(Name.self, from: await visit.body(limit: 64 << 10))
        return try await answer(desks.rename(to: wanted.name, visit), visit)
    }

    @Sendable private func setState(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(State.self, from: await visit.body(limit: 64 << 10))
        try await desks.set(state: wanted.state, visit)
        return try await answer(try visit.profile().name, visit)
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        try await desks.delete(confirmedBy: try visit.profile().name.rawValue, visit)
        return Response(status: .noContent)
    }

    @Sendable private func quota(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let user = try visit.user()
        let quotas = desk.ports.quotas
        var answer = [
            QuotaRepresentation(
                user.login, try await quotas.allowance(of: user.user, in: profile.id, at: visit.now))
        ]
        if desk.may(visit, .profileSettings, profile.resource) {
            answer.append(.init("profile", try await quotas.allowance(of: profile.id, at: visit.now)))
        }
        return try JSONAnswer.response(answer)
    }

    @Sendable private func setQuota(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let wanted = try JSONAnswer.decode(NewQuota.self, from: await visit.body(limit: 64 << 10))
        var quota = Quota()
        for (name, limit) in wanted.limits {
            guard let unit = Quota.Unit(rawValue: name) else {
                throw BedelError(
                    .invalidRequest, "“\(name.prefix(40))” is nothing that is counted.",
                    next: "Use one of: \(Quota.Unit.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            quota.limits[unit] = limit
        }
        try await desks.set(quota, of: desks.holder(wanted.of, in: profile), named: wanted.of, visit)
        return try await self.quota(visit)
    }

    private func answer(_ name: Label, _ visit: Visit) async throws -> Response {
        guard let profile = try await desk.ports.profiles.profile(named: name) else { throw SubjectFinder.nothingThere }
        return try JSONAnswer.response(ProfileRepresentation(profile, for: visit.user()))
    }
}
