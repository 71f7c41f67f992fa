internal import BedelDomain
internal import Synchronization

/// Puts events that come at the same time into one write. Nobody waits for company: whoever finds nobody writing writes at
/// once, and those who come meanwhile are the next batch, written by the first of them.
final class AuditBatches: Sendable {
    private enum Turn { case lead, written }

    private struct Waiting {
        let entry: AuditEntry
        /// Nil for the one whose turn it is to write.
        var caller: CheckedContinuation<Turn, any Error>?
    }

    private struct State {
        var waiting: [Waiting] = []
        var isBusy = false
    }

    private let state = Mutex(State())

    /// As many as are written together; so many that more would not be faster.
    private static let largest = 500

    /// How many wait for the write that is under way; for tests.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// - Parameter write: writes all of them, in this order, or none.
    /// - Throws: what `write` threw for the batch this entry was in.
    func append(_ entry: AuditEntry, write: ([AuditEntry]) async throws -> Void) async throws {
        let turn = try await withCheckedThrowingContinuation { caller in
            let leads = state.withLock { state in
                state.waiting.append(Waiting(entry: entry, caller: state.isBusy ? caller : nil))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if leads { caller.resume(returning: .lead) }
        }
        guard turn == .lead else { return }
        // Whoever a batch has just let go comes back at once under load; without this one of them would write alone.
        await Task.yield()
        try await lead(write)
    }

    /// Writes the batch whose first is the caller's own, and hands over to the first of the next.
    private func lead(_ write: ([AuditEntry]) async throws -> Void) async throws {
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.largest))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        let others = batch.dropFirst()
        do {
            try await write(batch.map(\.entry))
        } catch {
            // When only the caller was told to stop, the next of them writes the others' entries.
            if error is CancellationError {
                state.withLock { $0.waiting.insert(contentsOf: others, at: 0) }
            } else {
                for other in others { other.caller?.resume(throwing: error) }
            }
            handOver()
            throw error
        }
        for other in others { other.caller?.resume(returning: .written) }
        handOver()
    }

    private func handOver() {
        let next = state.withLock { state -> CheckedContinuation<Turn, any Error>? in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiting[0].caller.take()
        }
        next?.resume(returning: .lead)
    }
}
