internal import BedelDomain
internal import Synchronization

/// An answer whose head is still to come from a git process, and whose body comes after it.
final class PendingAnswer: Sendable {
    let body = ByteHandoff()

    private enum State {
        case open
        case awaited(CheckedContinuation<GitAnswer, any Error>)
        case settled(Result<GitAnswer, any Error>)
        case over
    }

    private let state = Mutex(State.open)

    /// Waits for the head. One caller.
    func head() async throws -> GitAnswer {
        try await withCheckedThrowingContinuation { continuation in
            let ready: Result<GitAnswer, any Error>? = state.withLock { state in
                if case .settled(let result) = state {
                    state = .over
                    return result
                }
                state = .awaited(continuation)
                return nil
            }
            if let ready { continuation.resume(with: ready) }
        }
    }

    func begin(_ head: CGIHead.Parsed) {
        settle(
            .success(
                GitAnswer(
                    status: head.status, headers: head.headers.map { ($0.name, $0.value) },
                    body: ByteStream(HandoffBytes(body)))))
    }

    /// Ends the body, and the head as well if it has not come.
    func end(throwing error: (any Error)?) {
        settle(.failure(error ?? BedelError.internalFailure("git http-backend said nothing")))
        body.finish(throwing: error)
    }

    /// Only the first one counts.
    private func settle(_ result: Result<GitAnswer, any Error>) {
        let waiting: CheckedContinuation<GitAnswer, any Error>? = state.withLock { state in
            switch state {
            case .open:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .over
                return continuation
            case .settled, .over: return nil
            }
        }
        waiting?.resume(with: result)
    }
}
