import AsyncHTTPClient
import BedelDomain
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// PostgreSQL, the provider and Bedel under one roof: started in that order, ended in the reverse one.
struct DemoHouse: Sendable {
    let directory: DemoDirectory
    let held: DemoPorts.Held
    let surroundings: Surroundings
    let services: [ServerConfiguration.Service]
    let seeds: Bool
    let progress: Progress

    var ports: DemoPorts { held.ports }
    var base: String { "http://localhost:\(ports.bedel)" }

    func run() async throws {
        progress.say("Bedel demo: a course on this machine, kept in \(directory.path)")
        let http = HTTPClient(configuration: Self.clientConfiguration)
        do {
            try await runServices(with: http)
            try await http.shutdown()
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func runServices(with http: HTTPClient) async throws {
        let provider = CanailleProvider(
            directory: directory.canaille, port: ports.provider, bedel: base, home: surroundings.home)
        try await provider.endLeftover()
        let providerPort = try held.provider ?? ports.reserveProvider()
        let client = try await progress.step("OpenID provider with its people") { try await provider.prepare() }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        let cluster = try await prepareCluster()
        if let cluster {
            services.append(
                .init(service: supervised("PostgreSQL", cluster.server, log: "postgres.log", stop: .interrupt)))
        }
        services.append(
            .init(service: supervised("The OpenID provider", provider.server, log: "canaille.log", stop: .terminate)))
        let server = DemoServer(
            house: self, configuration: try configuration(database: cluster?.url, client: client), cluster: cluster,
            provider: provider, providerPort: providerPort, http: http)
        services.append(.init(service: server))
        var logger = Logger(label: "bedel.demo")
        logger.logLevel = .error
        let group = ServiceGroup(
            configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        progress.say("Everything is stopped; state is kept in \(directory.path).")
    }

    /// Nil when the operator brought a database of their own.
    private func prepareCluster() async throws -> PostgresCluster? {
        guard (surroundings.environment["BEDEL_DATABASE_URL"] ?? "").isEmpty else { return nil }
        let cluster = try PostgresCluster(directory: directory.postgres)
        try await progress.step("private PostgreSQL") { try await cluster.prepare() }
        return cluster
    }

    private func supervised(_ name: String, _ program: Program, log: String, stop: StopSignal) -> SupervisedProgram {
        SupervisedProgram(name: name, program: program, logFile: "\(directory.logs)/\(log)", stopSignal: stop)
    }

    private func configuration(database: String?, client: CanailleProvider.Client) throws -> ServerConfiguration {
        try SecretFile.write(client.client_secret, to: directory.clientSecret)
        let configuration = ServerConfiguration(
            base: base, listen: "127.0.0.1:\(ports.bedel)", admin: "127.0.0.1:\(ports.admin)", data: directory.data,
            database: database ?? surroundings.environment["BEDEL_DATABASE_URL"] ?? "",
            issuers: [
                .init(
                    url: client.issuer, clientID: client.client_id, clientSecretFile: directory.clientSecret,
                    adminGroup: "bedel-admins", name: "Canaille", scopes: client.scopes)
            ], tls: nil, services: services, log: nil)
        // For `bedel audit verify --config` and its like, beside the running demo.
        try SecretFile.write(YAMLEncoder().encode(configuration), to: directory.path + "/bedel.yaml")
        return configuration
    }

    /// Bedel's own log goes to a file: the terminal belongs to the progress.
    func log() throws -> ServerLog {
        let file = open(directory.logs + "/bedel.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw BedelError(
                .unavailable, "The demo's log cannot be written.", next: "Check the permissions of \(directory.logs).")
        }
        return ServerLog(level: surroundings.environment["BEDEL_LOG"], descriptor: file)
    }

    private static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        return configuration
    }
}
