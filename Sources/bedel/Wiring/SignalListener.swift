import BedelStore
import ServiceLifecycle

/// Keeps the database's notifications coming for as long as anybody may listen.
struct SignalListener: Service {
    let signals: PostgresSignals

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await signals.run() }
    }
}
