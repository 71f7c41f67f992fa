import ArgumentParser
import BedelDomain
import Glibc

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run Bedel: gateway, console and worker in one process.",
        discussion: "Reads a configuration file; deploy/bedel.yaml is an example with every key explained.")

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    func run() async throws {
        try await Reporting.errors {
            OpenFiles.allowAll()
            Processors.useThoseAllowed()
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            let log = ServerLog(level: configuration.log, descriptor: STDERR_FILENO)
            let server = try await Composition.build(configuration, surroundings: surroundings, log: log)
            try await server.runAlone()
        }
    }
}
