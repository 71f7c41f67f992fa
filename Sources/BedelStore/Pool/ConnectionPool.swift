internal import BedelDomain
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A fixed number of connections, lent out one task at a time (see ``LeaseQueue``). Whoever waits longer than the deadline
/// is told so.
final class ConnectionPool: Sendable {
    private struct State {
        var queue: LeaseQueue
        var nextTicket: LeaseQueue.Ticket = 0
        var waiters: [LeaseQueue.Ticket: CheckedContinuation<Int, any Error>] = [:]
        var drained: CheckedContinuation<Void, Never>?
    }

    private let threads: [ConnectionThread]
    private let patience: Duration
    private let state: Mutex<State>

    /// - Parameter patience: how long to wait for a connection.
    init(_ settings: ConnectionSettings, connections: Int, patience: Duration) {
        threads = (0..<max(1, connections)).map { _ in ConnectionThread(settings) }
        self.patience = patience
        state = Mutex(State(queue: LeaseQueue(slots: threads.count)))
    }

    func start() {
        for thread in threads { thread.start() }
    }

    /// Sends away whoever waits, lets those with a connection finish, and ends every thread.
    func stop() async {
        let waiters = state.withLock { state in state.queue.close().compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in waiters { waiter.resume(throwing: Self.closed) }
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if !state.queue.isDrained { state.drained = continuation }
                return state.queue.isDrained
            }
            if isDrained { continuation.resume() }
        }
        for thread in threads { await thread.stop() }
    }

    /// - Throws: what ``ConnectionThread/run(_:)`` throws; `unavailable` when no connection came free in time.
    func run<Value: Sendable>(_ body: @escaping @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
        let slot = try await lease()
        defer { release(slot) }
        return try await threads[slot].run(body)
    }

    private func lease() async throws -> Int {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let deadline = Deadline()
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.enter(ticket, continuation, deadline)
                // A cancellation that came before we stood in the queue found nobody there.
                if Task.isCancelled { self.fail(ticket, CancellationError()) }
            }
        } onCancel: {
            fail(ticket, CancellationError())
        }
    }

    private func enter(
        _ ticket: LeaseQueue.Ticket, _ continuation: CheckedContinuation<Int, any Error>, _ deadline: Deadline
    ) {
        let answer = state.withLock { state in
            let answer = state.queue.request(ticket)
            if answer == .queued { state.waiters[ticket] = continuation }
            return answer
        }
        switch answer {
        case .granted(let slot): continuation.resume(returning: slot)
        case .closed: continuation.resume(throwing: Self.closed)
        case .queued: deadline.set(after: patience) { self.fail(ticket, Self.busy) }
        }
    }

    private func fail(_ ticket: LeaseQueue.Ticket, _ error: any Error) {
        let waiter = state.withLock { state in
            state.queue.abandon(ticket) ? state.waiters.removeValue(forKey: ticket) : nil
        }
        waiter?.resume(throwing: error)
    }

    private func release(_ slot: Int) {
        let (next, drained) = state.withLock { state in
            let next = state.queue.release(slot).flatMap { state.waiters.removeValue(forKey: $0) }
            let drained = state.queue.isDrained ? state.drained.take() : nil
            return (next, drained)
        }
        next?.resume(returning: slot)
        drained?.resume()
    }

    private static let busy = BedelError(
        .unavailable, "The database is busy.", next: "Try again in a moment.",
        detail: "no connection of the pool came free in time")
    private static let closed = BedelError(.unavailable, "Bedel is shutting down.", next: "Try again in a minute.")
}

/// A call that comes after a while unless it is cancelled first.
private final class Deadline: Sendable {
    private let scheduled = Mutex<Scheduled<Void>?>(nil)

    func set(after span: Duration, _ call: @escaping @Sendable () -> Void) {
        let timer = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(
            in: .microseconds(span.microseconds), call)
        scheduled.withLock { $0 = timer }
    }

    func cancel() { scheduled.withLock { $0 }?.cancel() }
}
