import BedelDomain
import BedelStore
import Logging
import ServiceLifecycle

/// Removes what has expired: sessions and sign-ins nobody will come back to, files a crash left half-written, and profiles
/// whose time to be restored is over.
struct Housekeeper: Service {
    let sessions: any SessionStore
    let devices: any DeviceAuthorizationStore
    let lifecycle: any ProfileLifecycle
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
            try await purge(at: clock.now())
        } catch {
            logger.warning("housekeeping comes again later", metadata: ["error": .string(String(reflecting: error))])
        }
    }

    private func purge(at time: Timestamp) async throws {
        let gone = try await lifecycle.purge(deletedBefore: time - DeletedProfile.grace) { profile in
            AuditEvent(
                at: time, actor: nil, actorName: "bedel", action: "profile.purge", resource: "profile:\(profile.name)",
                profile: profile.name, outcome: .allowed, reason: "grace-over", facts: ["title": profile.title],
                requestID: "", remoteAddress: "")
        }
        for name in gone { logger.notice("a deleted profile is gone for good", metadata: ["profile": "\(name)"]) }
    }
}
