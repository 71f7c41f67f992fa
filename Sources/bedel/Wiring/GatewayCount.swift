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
    private struct Heard {
        var count = 1
        /// The database has not answered since.
        var isDeaf = false
    }

    private let heard = Mutex(Heard())
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
    var current: Int { heard.withLock { $0.count } }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            repeat { await announce() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
        ring.finish()
        try? await register.leave(gateway)
    }

    func announce() async {
        do {
            hear(try await register.announce(gateway, for: Self.lifetime))
        } catch {
            let isNew = heard.withLock { heard in
                defer { heard.isDeaf = true }
                return !heard.isDeaf
            }
            guard isNew else { return }
            logger.error(
                "cannot say that this gateway is there; others take its share of the quotas",
                metadata: ["error": .string(String(reflecting: error))])
        }
    }

    private func hear(_ count: Int) {
        let isNew = heard.withLock { heard in
            // Of those who were cut off as well, not all have announced themselves again: they are asked about once more
            // before anybody takes their share.
            let wasDeaf = heard.isDeaf
            heard.isDeaf = false
            guard count != heard.count, !(wasDeaf && count < heard.count) else { return false }
            heard.count = count
            return true
        }
        guard isNew else { return }
        logger.notice("the number of gateways changed", metadata: ["gateways": "\(count)"])
        ring.yield()
    }
}
