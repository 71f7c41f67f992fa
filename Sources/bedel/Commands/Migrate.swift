import ArgumentParser
import BedelDomain
import BedelStore

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to this version's shape; `serve` does it too.")

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    func run() async throws {
        try await Reporting.errors {
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            try await Composition.withDatabase(configuration, surroundings: surroundings) { _ in }
            print("The database is up to date.")
        }
    }
}
