import BedelDomain
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Keeps the policies in force true to their folder. A set with a mistake is refused, said so in the log with the place,
/// and the one before stays in force.
final class PolicyReloader: Service {
    enum Outcome: Sendable {
        case unchanged
        case loaded(policies: Int)
        case refused(BedelError)
    }

    let authorizer: SwappableAuthorizer
    private let folder: PolicyFolder
    private let watch: Mutex<PolicyWatch<PolicyFolder.Stamp?>>
    private let threads: NIOThreadPool
    private let pause: @Sendable () async throws -> Void
    private let logger: Logger

    /// Between two looks; a change is in force after two of them at the latest.
    private static let interval = Duration.seconds(2)

    /// - Parameter pause: waits until it is time for the next look.
    /// - Throws: ``BedelError`` when the folder's set has a mistake.
    init(
        folder: PolicyFolder, threads: NIOThreadPool, logger: Logger,
        pause: @escaping @Sendable () async throws -> Void = { try await ContinuousClock().sleep(for: interval) }
    ) throws {
        self.folder = folder
        self.threads = threads
        self.logger = logger
        self.pause = pause
        // The stamp first: what changes while the texts are read is seen at the next look.
        watch = Mutex(PolicyWatch(try? folder.stamp()))
        authorizer = SwappableAuthorizer(try folder.authorizer(logger: logger))
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await self.pause()
                    self.say(try await self.threads.runIfActive { self.look() })
                }
            }
        } catch is CancellationError {
            return
        }
    }

    /// Looks at the folder once, and reads it if it has changed.
    func look() -> Outcome {
        // Nil when it cannot be read: a change like any other, refused once.
        let stamp = try? folder.stamp()
        guard watch.withLock({ $0.sees(stamp) }) else { return .unchanged }
        do {
            let fresh = try folder.authorizer(logger: logger)
            // What changed under the reader waits for the next look.
            guard stamp == (try? folder.stamp()) else { return .unchanged }
            authorizer.swap(to: fresh)
            return .loaded(policies: fresh.count)
        } catch {
            return .refused(BedelError.wrapping(error))
        }
    }

    private func say(_ outcome: Outcome) {
        switch outcome {
        case .unchanged: return
        case .loaded(let policies):
            logger.notice("new policies are in force", metadata: ["policies": "\(policies)"])
        case .refused(let error):
            logger.error(
                "the new policies were refused and the old ones stay in force",
                metadata: ["error": .string(error.message), "detail": .string(error.detail)])
        }
    }
}
