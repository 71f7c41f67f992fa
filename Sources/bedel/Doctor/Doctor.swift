import AsyncHTTPClient
import BedelDomain
import Logging
import NIOPosix

/// Holds a configuration against the machine it is for, without changing anything.
struct Doctor: Sendable {
    let configuration: ServerConfiguration
    let path: String
    let surroundings: Surroundings
    let clock: any TimeSource
    let http: HTTPClient
    let threads: NIOThreadPool
    let logger: Logger

    /// Everything there is to say, in the order in which it is best put right. Each question ends by itself within seconds.
    func examine() async -> [Diagnosis] {
        var found: [Diagnosis] = []
        found += FileCheck(configuration: configuration, path: path).examine()
        found += DiskCheck(data: configuration.data).examine()
        found += PolicyFolderCheck(folder: PolicyFolder(path: surroundings.home.policies)).examine()
        found += await DatabaseCheck(
            url: configuration.database, migrations: surroundings.home.migrations, logger: logger
        ).examine()
        for issuer in configuration.issuers {
            found += await ProviderCheck(issuer: issuer.url, http: http, clock: clock).examine()
        }
        found += CertificateCheck(configuration: configuration, clock: clock).examine()
        found += await NameCheck(base: configuration.base, threads: threads).examine()
        found += await PortCheck(configuration: configuration, http: http).examine()
        if configuration.role != .gateway {
            found += await SandboxCheck(surroundings: surroundings, threads: threads).examine()
        }
        found += await ServiceCheck(
            configuration: configuration, catalogue: ServiceCatalogue(folder: surroundings.home.services), http: http
        ).examine()
        return found
    }
}
