package import BedelDomain
package import NIOPosix

/// A profile as a tar, made while it is sent: what is small is gathered first, bundles and data sets are read as the reader
/// pulls, a quarter of a mebibyte at a time.
package struct ProfileExport: ProfileExporter {
    private let profiles: any ProfileStore
    private let quotas: any QuotaStore
    private let models: any ModelStore
    private let evaluations: any EvaluationStore
    private let blobs: any BlobStore
    private let audit: any AuditLog
    private let clock: any TimeSource
    private let directory: String
    private let pool: NIOThreadPool
    static let maximumVersions = 1_000_000

    /// - Parameter directory: for files without a name, while they are made.
    package init(
        profiles: any ProfileStore, models: any ModelStore, quotas: any QuotaStore, evaluations: any EvaluationStore,
        blobs: any BlobStore, audit: any AuditLog, clock: any TimeSource, directory: String, pool: NIOThreadPool
    ) {
        self.profiles = profiles
        self.quotas = quotas
        self.models = models
        self.evaluations = evaluations
        self.blobs = blobs
        self.audit = audit
        self.clock = clock
        self.directory = directory
        self.pool = pool
    }

    package func export(
        _ profile: Profile, withTrail: Bool, by principal: Principal, in context: RequestContext
    ) async throws -> ByteStream {
        let members = try await profiles.members(of: profile.id)
        let versions = try await models.latestVersions(in: profile.name, limit: Self.maximumVersions)
        let assignments = try await evaluations.assignments(in: profile.name)
        var parts = try [
            ExportPart.text("README.txt", Self.readme(profile)), .json("profile.json", profile),
            .json("members.json", members), .text("roster.csv", Self.roster(members)),
            .json("versions.json", versions), .json("assignments.json", assignments),
        ]
        parts.append(try .json("quotas.json", try await limits(of: profile, members)))
        parts.append(try .json("models.json", try await models.models(in: profile.name)))
        parts.append(try .json("group-rules.json", Self.rules(try await profiles.groupRules(of: profile.id))))
        for assignment in assignments { parts += try await rounds(of: assignment) }
        parts += versions.map { .blob("bundles/\($0.modelName)/v\($0.number).tar", $0.bundle) }
        parts += assignments.map { .blob("datasets/\($0.name).csv", $0.dataset) }
        try await audit.append(
            AuditEvent(
                .profileExport, on: profile.resource, by: principal,
                facts: ["members": "\(members.count)", "versions": "\(versions.count)"], in: context,
                at: clock.now()))
        if withTrail { parts.append(trail(of: profile.name)) }
        return ByteStream(
            ExportPieces(
                parts: parts, folder: profile.name.rawValue, blobs: blobs, directory: directory, pool: pool))
    }

    /// The end of it is that it was taken out: what comes later is not in it.
    private func trail(of profile: Label) -> ExportPart {
        .made(path: "audit.jsonl") { [audit] in
            ByteStream(TrailLines(audit: audit, filter: AuditFilter(profile: profile)))
        }
    }

    private func limits(of profile: Profile, _ members: [Member]) async throws -> Limits {
        var own: [String: [String: Int64]] = [:]
        for member in members {
            let quota = try await quotas.quota(of: .member(member.user), in: profile.id)
            if !quota.limits.isEmpty { own[member.login] = quota.byName }
        }
        return Limits(
            profile: try await quotas.quota(of: .profile, in: profile.id).byName,
            everyMember: try await quotas.quota(of: .everyMember, in: profile.id).byName, members: own)
    }

    /// By unit, as the API takes them; what is missing has no limit.
    private struct Limits: Encodable {
        let profile: [String: Int64]
        let everyMember: [String: Int64]
        let members: [String: [String: Int64]]

        enum CodingKeys: String, CodingKey {
            case profile, members
            case everyMember = "every-member"
        }
    }

    private func rounds(of assignment: Assignment) async throws -> [ExportPart] {
        var parts: [ExportPart] = []
        for round in try await evaluations.rounds(of: assignment.name, in: assignment.profile) {
            let entries = try await evaluations.entries(of: round.id)
            parts.append(
                try .json("rounds/\(assignment.name)-\(round.number).json", Scored(round: round, entries: entries)))
        }
        return parts
    }

    /// A round with what everybody got in it.
    private struct Scored: Encodable {
        let round: Round
        let entries: [RoundEntry]
    }

    private static func rules(_ rules: [GroupRule]) -> [[String: String]] {
        rules.map { ["group": $0.group, "role": $0.role.rawValue] }
    }

    /// In the form that a class list is read in. Quoted, so that a comma in a login stays in it.
    private static func roster(_ members: [Member]) -> String {
        let lines = members.map { member in
            [member.login, member.role.rawValue].map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(
                separator: ",")
        }
        return (["login,role"] + lines).joined(separator: "\n") + "\n"
    }

    private static func readme(_ profile: Profile) -> String {
        """
        Everything of the profile “\(profile.title)” (\(profile.name)).

        profile.json      what it is
        members.json      who is in it, and why
        roster.csv        the same as a class list, to be handed in at another profile's members page
        quotas.json       the limits of the profile, of every member, and of members by login; memory and storage in bytes,
                          cpu in thousandths of a core
        audit.jsonl       who did or was refused what in it, newest first; only if whoever took this may read that
        group-rules.json  which group at the identity provider has which role
        models.json       models that are not retired
        versions.json     everything that was ever handed in
        bundles/          the bytes of each: bundles/MODEL/vNUMBER.tar, named in versions.json by their SHA-256
        assignments.json  what was asked
        datasets/         the hidden data sets
        rounds/           every round with its manifest, and the scores, ranks and faults of everybody in it

        """
    }
}

extension Quota {
    fileprivate var byName: [String: Int64] {
        Dictionary(uniqueKeysWithValues: limits.map { ($0.key.rawValue, $0.value) })
    }
}
