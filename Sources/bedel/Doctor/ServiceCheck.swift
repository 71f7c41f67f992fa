import AsyncHTTPClient
import BedelDomain
import NIOCore
import NIOHTTP1
import NIOPosix

/// Whether what stands behind the gateway can be reached from here.
struct ServiceCheck {
    let configuration: ServerConfiguration
    let catalogue: ServiceCatalogue
    let http: HTTPClient
    private static let check = "services"

    func examine() async -> [Diagnosis] {
        do {
            let services = try configuration.serviceDefinitions(catalogue)
            var found: [Diagnosis] = []
            for service in services {
                let places =
                    [(service.host, service.port)]
                    + service.replicas.compactMap { address in
                        guard case .tcp(let host, let port) = address else { return nil }
                        return (host, port)
                    }
                for (host, port) in places { found += await examine(service, host, port) }
            }
            guard found.isEmpty else { return found }
            return services.isEmpty ? [] : [.good(Self.check, "All \(services.count) services can be reached.")]
        } catch {
            return [.of(error, Self.check)]
        }
    }

    private func examine(_ service: ServiceDefinition, _ host: String, _ port: Int) async -> [Diagnosis] {
        let name = "The service “\(service.name)” at \(host):\(port)"
        do {
            let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(.seconds(3))
            let channel = try await bootstrap.connect(host: host, port: port).get()
            try? await channel.close().get()
        } catch {
            return [
                .warning(
                    Self.check, "\(name) takes no connections: \(PlainReason.of(error)).",
                    next: "Start it, or correct “upstream” in the configuration.")
            ]
        }
        guard let path = service.healthPath, service.transport == .plain else { return [] }
        let request = HTTPClientRequest(url: "http://\(host):\(port)\(path)")
        guard let status = try? await http.execute(request, timeout: .seconds(5)).status.code else {
            return [.warning(Self.check, "\(name) does not answer at \(path).", next: "Look at its log.")]
        }
        guard !(200..<400).contains(status) else { return [] }
        return [
            .warning(
                Self.check, "\(name) says that it is not well: \(status) at \(path).",
                next: "Look at its log, or correct “health” in the configuration.")
        ]
    }
}
