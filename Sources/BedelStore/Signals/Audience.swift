internal import BedelDomain
internal import Synchronization

/// Everybody in this process who listens. It keeps no listener alive: a stream that is let go leaves by itself.
final class Audience: Sendable {
    private struct Seat { weak var mailbox: Mailbox? }

    private struct State {
        var seats: [Seat] = []
        var isDismissed = false
    }

    private let state = Mutex(State())

    func join() -> AsyncStream<Topic> {
        let mailbox = Mailbox()
        let isDismissed = state.withLock { state in
            state.seats.removeAll { $0.mailbox == nil }
            if !state.isDismissed { state.seats.append(Seat(mailbox: mailbox)) }
            return state.isDismissed
        }
        if isDismissed { mailbox.close() }
        return AsyncStream(unfolding: { await mailbox.next() }, onCancel: { mailbox.close() })
    }

    func hear(_ topics: [Topic]) {
        for mailbox in listeners() {
            for topic in topics { mailbox.put(topic) }
        }
    }

    /// Ends every stream, also those to come.
    func dismiss() {
        state.withLock { $0.isDismissed = true }
        for mailbox in listeners() { mailbox.close() }
    }

    private func listeners() -> [Mailbox] { state.withLock { state in state.seats.compactMap(\.mailbox) } }
}

/// What one listener has not heard yet: each topic once, so that a slow one misses nothing and costs little.
final class Mailbox: Sendable {
    /// More different topics than this, and the listener had better look at everything.
    static let capacity = 1000

    private struct State {
        var waiting: [Topic] = []
        var known: Set<Topic> = []
        var reader: CheckedContinuation<Topic?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func put(_ topic: Topic) {
        let reader = state.withLock { state -> CheckedContinuation<Topic?, Never>? in
            if state.isClosed { return nil }
            if let reader = state.reader.take() { return reader }
            guard state.known.insert(topic).inserted else { return nil }
            state.waiting.append(topic)
            if state.waiting.count > Self.capacity {
                state.waiting = [.everything]
                state.known = [.everything]
            }
            return nil
        }
        reader?.resume(returning: topic)
    }

    /// Nil when it is closed. One reader at a time.
    func next() async -> Topic? {
        await withCheckedContinuation { continuation in
            let answer: Topic?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                guard !state.waiting.isEmpty else {
                    state.reader = continuation
                    return nil
                }
                let topic = state.waiting.removeFirst()
                state.known.remove(topic)
                return topic
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }
}
