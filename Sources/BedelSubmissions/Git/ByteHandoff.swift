internal import Synchronization

/// Bytes handed from one task to another, one piece at a time: whoever gives waits until the piece is taken, so that a
/// slow reader slows the writer. When the reader is gone, giving fails.
final class ByteHandoff: Sendable {
    struct ReaderGone: Error {}

    private enum State {
        case idle
        case offered([UInt8], CheckedContinuation<Void, any Error>)
        case awaited(CheckedContinuation<[UInt8]?, any Error>)
        case finished((any Error)?)
    }

    private let state = Mutex(State.idle)

    /// Returns when the reader has taken it.
    func give(_ bytes: [UInt8]) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { giver in
                let act: () -> Void = state.withLock { state in
                    switch state {
                    case .idle:
                        state = .offered(bytes, giver)
                        return {}
                    case .awaited(let reader):
                        state = .idle
                        return {
                            reader.resume(returning: bytes)
                            giver.resume()
                        }
                    case .offered, .finished:
                        return { giver.resume(throwing: ReaderGone()) }
                    }
                }
                act()
            }
        } onCancel: {
            finish(throwing: CancellationError())
        }
    }

    /// The end, or why it ends early. Only the first one counts.
    func finish(throwing error: (any Error)? = nil) {
        let act: () -> Void = state.withLock { state in
            switch state {
            case .idle:
                state = .finished(error)
                return {}
            case .offered(_, let giver):
                state = .finished(error)
                return { giver.resume(throwing: ReaderGone()) }
            case .awaited(let reader):
                state = .finished(nil)
                return { if let error { reader.resume(throwing: error) } else { reader.resume(returning: nil) } }
            case .finished: return {}
            }
        }
        act()
    }

    /// The next piece, nil at the end.
    func take() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                let act: () -> Void = state.withLock { state in
                    switch state {
                    case .idle:
                        state = .awaited(reader)
                        return {}
                    case .offered(let bytes, let giver):
                        state = .idle
                        return {
                            giver.resume()
                            reader.resume(returning: bytes)
                        }
                    case .awaited:
                        return { reader.resume(returning: nil) }
                    case .finished(let error):
                        state = .finished(nil)
                        return {
                            if let error { reader.resume(throwing: error) } else { reader.resume(returning: nil) }
                        }
                    }
                }
                act()
            }
        } onCancel: {
            finish(throwing: CancellationError())
        }
    }
}

/// The reading end as a sequence. When the last copy is let go before the end, the writer learns of it.
struct HandoffBytes: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    fileprivate final class End: Sendable {
        let handoff: ByteHandoff
        init(_ handoff: ByteHandoff) { self.handoff = handoff }
        deinit { handoff.finish() }
    }

    private let end: End

    init(_ handoff: ByteHandoff) { end = End(handoff) }

    func makeAsyncIterator() -> Iterator { Iterator(end: end) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let end: HandoffBytes.End
        mutating func next() async throws -> [UInt8]? { try await end.handoff.take() }
    }
}
