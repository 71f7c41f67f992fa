package import BedelDomain
package import NIOPosix

/// A profile as a tar, made while it is sent: what is small is gathered first, bundles and data sets are read as the reader
/// pulls, a quarter of a mebibyte at a time.
package struct ProfileExport: ProfileExporter {
    private let profiles: any ProfileStore
    private let models: any ModelStore
    private let evaluations: any EvaluationStore
    private let blobs: any BlobStore
    private let audit: any AuditLog
    private let clock: any TimeSource
    private let pool: NIOThreadPool
    static let maximumVersions = 1_000_000

    package init(
        profiles: any ProfileStore, models: any ModelStore, evaluations: any EvaluationStore, blobs: any BlobStore,
        audit: any AuditLog, clock: any TimeSource, pool: NIOThreadPool
    ) {
        self.profiles = profiles
        self.models = models
        self.evaluations = evaluations
        self.blobs = blobs
        self.audit = audit
        self.clock = clock
        self.pool = pool
    }

    package func export(
        _ profile: Profile, by principal: Principal, in context: RequestContext
    ) async throws -> ByteStream {
        let members = try await profiles.members(of: profile.id)
        let versions = try await models.latestVersions(in: profile.name, limit: Self.maximumVersions)
        let assignments = try await evaluations.assignments(in: profile.name)
        var parts = try [
            ExportPart.text("README.txt", Self.readme(profile)), .json("profile.json", profile),
            .json("members.json", members), .text("roster.csv", Self.roster(members)),
            .json("versions.json", versions), .json("assignments.json", assignments),
        ]
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
        return ByteStream(ExportPieces(parts: parts, folder: profile.name.rawValue, blobs: blobs, pool: pool))
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
