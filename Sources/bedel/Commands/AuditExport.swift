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
        commandName: "export", abstract: "Write the audit trail to standard output as JSON Lines, oldest first.",
        discussion: """
            The last lines are the signed checkpoints. “bedel audit verify --file” checks such a file, if it begins
            with the first row.
            """)

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    @Option(help: "The first row to write.")
    var from: Int64 = 1

    func run() async throws {
        try await Reporting.errors {
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
                let log = PostgresAuditLog(database)
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                var next = from
                while true {
                    let records = try await log.records(from: next, limit: 1000)
                    for record in records { try Self.write(AuditLine(record), encoder) }
                    guard let last = records.last else { break }
                    next = last.sequence + 1
                }
                for signature in try await log.checkpoints() {
                    try Self.write(AuditLine(checkpoint: signature), encoder)
                }
            }
        }
    }

    private static func write(_ line: AuditLine, _ encoder: JSONEncoder) throws {
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }
}
