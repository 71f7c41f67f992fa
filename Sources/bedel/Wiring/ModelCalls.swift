import BedelDomain
import Logging
import ServiceLifecycle
import Synchronization

/// Which models are called, from the gateway's event loops to whoever keeps models running: perhaps another process, so
/// it goes as a signal. Many calls within ``breath`` are one.
final class ModelCalls: ModelWaker, Service {
    private let called = Mutex<Set<Topic>>([])
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let signals: any Signals
    private let logger: Logger

    private static let breath = Duration.milliseconds(100)

    init(signals: any Signals, logger: Logger) {
        (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signals = signals
        self.logger = logger
    }

    func wake(_ model: Label, in profile: Label) {
        let isFirst = called.withLock { called in
            called.insert(.asked(profile: profile, model: model))
            return called.count == 1
        }
        if isFirst { ring.yield() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.bell {
                for topic in self.called.withLock({ called in
                    defer { called = [] }
                    return called
                }) {
                    await self.tell(topic)
                }
                guard (try? await Task.sleep(for: Self.breath)) != nil else { return }
            }
        }
    }

    /// When the database is away nobody is woken; whoever waits is told in time that the model did not come.
    private func tell(_ topic: Topic) async {
        do {
            try await signals.send(topic)
        } catch {
            logger.warning("a model may sleep though it is called", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
