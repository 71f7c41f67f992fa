internal import CPostgres
internal import NIOPosix
internal import Synchronization

/// Stops what one lease of a connection is doing when its task is cancelled.
///
/// The request to the server is only ever on its way while the lock is held, and the end of a statement takes the lock: so
/// it cannot hit a statement of whoever has the connection next.
final class StatementCancellation: Sendable {
    private struct State {
        var isRequested = false
        /// The address of libpq's `PGcancel` for the statement that is running.
        var running: Int?
    }

    private let state = Mutex(State())

    /// Returns at once; the request itself goes out from a thread that may block.
    func request() {
        NIOThreadPool.singleton.submit { _ in
            self.state.withLock { state in
                state.isRequested = true
                guard let running = state.running.flatMap({ OpaquePointer(bitPattern: $0) }) else { return }
                var reason = [CChar](repeating: 0, count: 256)
                PQcancel(running, &reason, Int32(reason.count))
            }
        }
    }

    /// Called on the connection's thread around every statement that may be stopped.
    /// - Throws: `CancellationError` when it was stopped before it began.
    func covering<Value>(_ connection: OpaquePointer, _ statement: () throws -> Value) throws -> Value {
        let handle = PQgetCancel(connection)
        defer { PQfreeCancel(handle) }
        let address = Int(bitPattern: handle)
        try state.withLock { state in
            if state.isRequested { throw CancellationError() }
            state.running = address
        }
        defer { state.withLock { $0.running = nil } }
        return try statement()
    }

    var isRequested: Bool { state.withLock { $0.isRequested } }
}
