import ArgumentParser
import BedelDomain
import BedelStore

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Walk the whole trail and name the first row that was changed, removed, inserted or reordered.",
        discussion: """
            The trail is also held against its signed checkpoints, those in the database and those in the file \
            audit-checkpoints of the data folder, so that rows cut off its end are missed. Ends with status 1 when \
            something is wrong, or when a file has nothing in it that could prove it whole.
            """)

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    @Option(help: "A file made by “bedel audit export”, to be checked instead of the database.")
    var file: String?

    func run() async throws {
        try await Reporting.errors {
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            let result =
                if let file {
                    try AuditFile(path: file).check(by: IdentityRoom.checkpoints(configuration))
                } else {
                    try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
                        try await CheckpointedTrail(configuration, PostgresAuditLog(database)).check()
                    }
                }
            if let finding = result.finding {
                print("The audit trail is broken. \(finding)")
                throw ExitCode(1)
            }
            if let file, result.checkpoints == 0 {
                throw BedelError(
                    .invalidRequest, "Nothing proves that \(file) is whole: no signed checkpoint is in it.",
                    next: "Its rows are in order, but others may have been cut off; export the whole trail again.")
            }
            print("The audit trail is whole; it agrees with \(result.checkpoints) signed checkpoints.")
        }
    }
}
