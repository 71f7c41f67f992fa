import BedelDomain
import Logging
import ServiceLifecycle

/// Signs the end of the audit trail every minute, and once more at the end.
struct AuditCheckpointer: Service {
    let trail: CheckpointedTrail
    let clock: any TimeSource
    let logger: Logger

    /// What is cut off within it may go unnoticed; the log line carries it off the machine.
    private static let interval = Duration.seconds(60)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await sign()
                    try await ContinuousClock().sleep(for: Self.interval)
                }
            }
        } catch is CancellationError {
            await sign()
        }
    }

    private func sign() async {
        do {
            guard let checkpoint = try await trail.sign(at: clock.now()) else { return }
            logger.info(
                "audit checkpoint",
                metadata: ["sequence": "\(checkpoint.sequence)", "hash": .string(checkpoint.hash.hex)])
        } catch {
            logger.warning(
                "the audit trail's checkpoint comes again later",
                metadata: ["error": .string(String(reflecting: error))])
        }
    }
}
