internal import BedelDomain
internal import NIOPosix
internal import Synchronization

/// A thread of its own for one libpq connection, so that waiting for the server blocks nobody else. It connects when it is
/// first needed, and anew when the connection has broken.
final class ConnectionThread: Sendable {
    private let settings: ConnectionSettings
    private let thread = NIOThreadPool(numberOfThreads: 1)
    /// Only ever locked from `thread`: the lock is there to say so to the compiler, and nobody waits for it.
    private let connection = Mutex<PostgresConnection?>(nil)

    init(_ settings: ConnectionSettings) { self.settings = settings }

    func start() { thread.start() }

    /// Closes the connection and ends the thread.
    func stop() async {
        await withCheckedContinuation { continuation in
            thread.submit { _ in
                self.connection.withLock { $0 = nil }
                continuation.resume()
            }
        }
        // Throws only when the pool is one that cannot be stopped, which ours can.
        try? await thread.shutdownGracefully()
    }

    /// Runs `body` on the thread. It is synchronous on purpose: with a connection in hand there is nothing to wait for but
    /// the database.
    /// - Parameter sameConnection: only on the connection of the call before, because something was set up there.
    /// - Throws: what `body` throws, ``ServerFailure``, or `CancellationError` when the task was cancelled meanwhile.
    func run<Value: Sendable>(
        sameConnection: Bool = false, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let cancellation = StatementCancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                thread.submit { state in
                    guard case .active = state else {
                        return continuation.resume(
                            throwing: BedelError(
                                .unavailable, "Bedel is shutting down.", next: "Try again in a minute."))
                    }
                    continuation.resume(with: Result { try self.perform(body, sameConnection, cancellation) })
                }
            }
        } onCancel: {
            cancellation.request()
        }
    }

    private func perform<Value: Sendable>(
        _ body: @Sendable (PostgresConnection) throws -> Value, _ sameConnection: Bool,
        _ cancellation: StatementCancellation
    ) throws -> Value {
        try connection.withLock { slot in
            if slot?.isAlive != true { slot = nil }
            if slot == nil, sameConnection { throw ServerFailure.connectionGone }
            let current = try slot ?? PostgresConnection(settings)
            slot = current
            current.cancellation = cancellation
            defer {
                current.cancellation = nil
                if !current.isIdle { slot = nil }
            }
            return try body(current)
        }
    }
}
