internal import BedelDomain
internal import Hummingbird

/// Profiles, what runs, and the audit trail for programs.
struct AdminAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .get, .profiles, .asked(by: "Authorizer, for every profile", .profileView),
                .init(
                    id: "listProfiles", summary: "The profiles the caller may see",
                    answer: .json(ProfileRepresentation.list)), handler: profiles),
            .api(
                .post, .profiles, .action(.profileCreate, on: .platform),
                .init(
                    id: "createProfile", summary: "A new profile",
                    request: .json(.object(["name": .string, "title": .string, "kind": .string])),
                    answer: .json(ProfileRepresentation.schema), status: 201), handler: create),
            .api(
                .put, .groupRules(nil), .action(.memberEdit, on: .profile),
                .init(
                    id: "setGroupRules", summary: "Replace the rules that make members of groups",
                    request: .json(GroupRuleRepresentation.list), answer: .json(GroupRuleRepresentation.list)),
                handler: setRules),
            .api(
                .get, .instances, .action(.deploymentList, on: .platform),
                .init(
                    id: "listInstances", summary: "Everything that runs",
                    answer: .json(InstanceRepresentation.list)), handler: instances),
            .api(
                .get, .audit, .action(.auditView, on: .platform),
                .init(
                    id: "listAudit", summary: "The audit trail, newest first, 100 records at a time",
                    query: [
                        "profile": "Only of that profile, under any name it has or had.",
                        "actor": "Only by that login.",
                        "action": "Only that action.",
                        "outcome": "Only `allowed`, `denied` or `failed`.",
                        "from": "Only from that day on (UTC), like 2026-11-21.", "to": "Only up to that day.",
                        "before": "Only records with a smaller sequence number.",
                    ], answer: .json(AuditRepresentation.list)), handler: audit),
        ]
    }

    private struct NewProfile: Decodable {
        let name: String
        let title: String
        let kind: String
    }

    private struct NewRule: Decodable {
        let group: String
        let role: String
    }

    @Sendable private func profiles(_ visit: Visit) async throws -> Response {
        guard let principal = visit.principal else {
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Send an access token.")
        }
        let profiles = try await desk.ports.profiles.profiles()
            .filter { desk.may(visit, .profileView, $0.resource) }
        return try JSONAnswer.response(profiles.map { ProfileRepresentation($0, for: principal) })
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode(NewProfile.self, from: await visit.body(limit: 64 << 10))
        let profile = try await ProfileDesk(ports: desk.ports)
            .create(name: wanted.name, title: wanted.title, kind: wanted.kind, visit)
        return try JSONAnswer.response(ProfileRepresentation(profile, for: visit.user()), status: .created)
    }

    @Sendable private func setRules(_ visit: Visit) async throws -> Response {
        let wanted = try JSONAnswer.decode([NewRule].self, from: await visit.body(limit: 256 << 10))
        let rules = try wanted.map { try ProfileDesk.rule(group: $0.group, role: $0.role) }
        try await ProfileDesk(ports: desk.ports).setRules(rules, visit)
        return try JSONAnswer.response(rules.map(GroupRuleRepresentation.init))
    }

    @Sendable private func instances(_ visit: Visit) async throws -> Response {
        try JSONAnswer.response(await desk.ports.instances.instances().map(InstanceRepresentation.init))
    }

    @Sendable private func audit(_ visit: Visit) async throws -> Response {
        let records = try await desk.ports.audit.records(
            matching: AuditPages.filter(visit.query()), limit: AuditPages.pageLength)
        return try JSONAnswer.response(records.map(AuditRepresentation.init))
    }
}
