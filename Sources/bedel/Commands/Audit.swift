import ArgumentParser
import BedelDomain
import BedelStore

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after the audit trail.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Walk the whole chain and name the first row that was changed, removed or inserted.")

        @Option(help: "The configuration file.")
        var config = "/etc/bedel/bedel.yaml"

        func run() async throws {
            try await Reporting.errors {
                let surroundings = try Surroundings.current()
                let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
                let broken = try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
                    try await PostgresAuditLog(database).firstBroken()
                }
                guard let broken else { return print("The audit trail is whole.") }
                print("The audit trail is broken at row \(broken).")
                throw ExitCode(1)
            }
        }
    }
}
