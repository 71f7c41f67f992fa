import Logging
import ServiceLifecycle
import UnixSignals

/// A server that is ready to run.
struct Server: Service {
    let services: [any Service]
    let logger: Logger
    let close: @Sendable () async -> Void

    /// Until a graceful shutdown (of the group it is in, or by SIGTERM or SIGINT when it stands alone) or a failure.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = .warning
        let group = ServiceGroup(configuration: .init(services: services, logger: quiet))
        do {
            try await group.run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    /// The same, listening to the signals an init system sends.
    func runAlone() async throws {
        let group = ServiceGroup(
            configuration: .init(services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
