import BedelDomain
import BedelStore
import Logging
import ServiceLifecycle

/// Removes what has expired: sessions and sign-ins nobody will come back to, and files a crash left half-written.
struct Housekeeper: Service {
    let sessions: any SessionStore
    let devices: any DeviceAuthorizationStore
    let blobs: FileBlobStore
    let clock: any TimeSource
    let logger: Logger

    private static let interval = Duration.seconds(3600)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await sweep()
                    try await ContinuousClock().sleep(for: Self.interval)
                }
            }
        } catch is CancellationError {
            return
        }
    }

    private func sweep() async {
        do {
            try await sessions.sweep(at: clock.now())
            try await devices.sweep(at: clock.now())
            try await blobs.sweep(at: clock.now())
        } catch {
            logger.warning("housekeeping comes again later", metadata: ["error": .string(String(reflecting: error))])
        }
    }
}
