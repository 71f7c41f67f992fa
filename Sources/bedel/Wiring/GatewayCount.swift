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
    private let tally = Mutex(GatewayTally())
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
    var current: Int { tally.withLock { $0.count } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            // For as long as the service runs: what is believed for a while has to be said again, and the database's clock
            // is the one that counts.
            repeat { await announce() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
        ring.finish()
        do {
            try await register.leave(gateway)
        } catch {
            // The others find out by themselves, within ``lifetime``.
            logger.debug("could not say that this gateway goes", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    func announce() async {
        do {
            let count = try await register.announce(gateway, for: Self.lifetime)
            guard tally.withLock({ $0.heard(count) }) else { return }
            logger.notice("the number of gateways changed", metadata: ["gateways": "\(count)"])
            ring.yield()
        } catch {
            guard tally.withLock({ $0.heardNothing() }) else { return }
            logger.error(
                "cannot say that this gateway is there; others take its share of the quotas",
                metadata: ["error": .string(String(reflecting: error))])
        }
    }
}
