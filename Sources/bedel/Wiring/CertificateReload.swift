import BedelGateway
import ServiceLifecycle
import UnixSignals

/// Looks at the certificates when somebody says that they are new: SIGHUP, as after a renewal.
struct CertificateReload: Service {
    let gateway: Gateway

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await gateway.reloadCertificates()
        }
    }
}
