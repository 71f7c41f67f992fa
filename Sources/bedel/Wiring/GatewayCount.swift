import BedelDomain
import Logging
import ServiceLifecycle
import Synchronization

/// How many gateways this house has: says every now and then that this one is there, and hears how many are. One that starts
/// or goes is known to the others within ``interval``, one that is killed within ``lifetime`` more.
final class GatewayCount: Service {
    private let register: any GatewayRegister
    private let gateway: GatewayProcess.ID
    private let logger: Logger
    private let latest = Mutex(1)
    /// One for each change.
    let changes: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    static let interval = Duration.seconds(1)
    static let lifetime = Duration.seconds(4)

    init(_ register: any GatewayRegister, _ gateway: GatewayProcess.ID, logger: Logger) {
        self.register = register
        self.gateway = gateway
        self.logger = logger
        (changes, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// As last heard; when the database is away, that is still the best guess.
    var current: Int { latest.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            repeat { await announce() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
        ring.finish()
        try? await register.leave(gateway)
    }

    func announce() async {
        guard let count = try? await register.announce(gateway, for: Self.lifetime) else { return }
        let before = latest.withLock { latest in
            defer { latest = count }
            return latest
        }
        guard count != before else { return }
        logger.notice("the number of gateways changed", metadata: ["gateways": "\(count)"])
        ring.yield()
    }
}
