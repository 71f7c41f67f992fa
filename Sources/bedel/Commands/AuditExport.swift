import ArgumentParser
import BedelDomain
import BedelStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the audit trail to standard output as JSON Lines.",
        discussion: """
            All of it comes oldest first, and the last lines are the signed checkpoints: “bedel audit verify --file” \
            checks such a file, if it begins with the first row. A part of it (--profile, --actor, --action, --outcome) \
            comes newest first and without checkpoints, because a chain with rows left out proves nothing.
            """)

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    @Option(help: "The first row to write.")
    var from: Int64?

    @Option(help: "Only of this profile, under any name it has or had.")
    var profile: String?

    @Option(help: "Only what was done under this login.")
    var actor: String?

    @Option(help: "Only this action, like member.edit.")
    var action: String?

    @Option(help: "Only what was allowed, denied or failed.")
    var outcome: String?

    func run() async throws {
        try await Reporting.errors {
            let filter = try filter()
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
                let log = PostgresAuditLog(database)
                if let filter { try await Self.writePart(of: log, filter) } else { try await writeAll(of: log) }
            }
        }
    }

    /// Nil for the whole trail.
    private func filter() throws -> AuditFilter? {
        guard profile != nil || actor != nil || action != nil || outcome != nil else { return nil }
        guard from == nil else {
            throw BedelError(
                .invalidRequest, "--from counts rows of the whole trail.",
                next: "Leave it out, or leave out what chooses a part.")
        }
        let outcome = try outcome.map { text in
            guard let outcome = AuditEvent.Outcome(rawValue: text) else {
                throw BedelError(.invalidRequest, "“\(text)” is no outcome.", next: "Use allowed, denied or failed.")
            }
            return outcome
        }
        return AuditFilter(
            profile: try profile.map { try Label(checking: $0, of: "profile") }, actorName: actor, action: action,
            outcome: outcome)
    }

    private func writeAll(of log: PostgresAuditLog) async throws {
        let encoder = Self.encoder
        var next = from ?? 1
        while let last = try await Self.write(log.records(from: next, limit: Self.pageLength), encoder) {
            next = last + 1
        }
        for signature in try await log.checkpoints() { try Self.write(AuditLine(checkpoint: signature), encoder) }
    }

    private static func writePart(of log: PostgresAuditLog, _ filter: AuditFilter) async throws {
        let encoder = encoder
        var filter = filter
        while let last = try await write(log.records(matching: filter, limit: pageLength), encoder) {
            filter.before = last
        }
    }

    /// - Returns: the number of the last one; nil when there was none.
    private static func write(_ records: [AuditRecord], _ encoder: JSONEncoder) throws -> Int64? {
        for record in records { try write(AuditLine(record), encoder) }
        return records.last?.sequence
    }

    private static func write(_ line: AuditLine, _ encoder: JSONEncoder) throws {
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static let pageLength = 1000
}
