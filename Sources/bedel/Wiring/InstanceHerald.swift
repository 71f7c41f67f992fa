import BedelDomain
import Logging
import ServiceLifecycle

/// Keeps the ``InstanceBoard`` true. Once it is, it says so again: whoever read at the first word may have been too early.
struct InstanceHerald: Service {
    let instances: any InstanceDirectory
    let board: InstanceBoard
    let signals: any Signals
    let logger: Logger

    func run() async throws {
        let topics = signals.topics()
        await cancelWhenGracefulShutdown {
            // What an earlier process left there is over.
            var written = await tell(after: nil)
            for await topic in topics where topic.movesRoutes { written = await tell(after: written) }
        }
    }

    private func tell(after written: Set<Instance>?) async -> Set<Instance>? {
        let running = await instances.instances()
        guard Set(running) != written else { return written }
        do {
            try await board.write(running)
            try await signals.send(.instances)
            return Set(running)
        } catch {
            logger.warning(
                "other gateways do not know what runs", metadata: ["error": .string(String(reflecting: error))])
            return nil
        }
    }
}
