internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// A page that stays fresh: the truth first, then the truth again whenever a signal says that it may have changed.
struct EventFeed: Sendable {
    /// What there is to say now.
    struct Reading: Sendable {
        var events: [ServerEvent]
        /// Nothing will change any more.
        var isFinished: Bool
    }

    /// - Parameter cursor: how far this listener has read; kept between readings.
    typealias Read = @Sendable (_ cursor: inout Int64) async throws -> Reading

    let signals: any Signals
    let heartbeat: Duration
    /// After so many heartbeats the stream ends and the browser connects again, with roles that are fresh.
    static let heartbeatsPerStream = 20

    /// - Parameters:
    ///   - cursor: where the listener is.
    ///   - concerns: which signals are about this.
    func response(from cursor: Int64 = 0, concerns: @escaping @Sendable (Topic) -> Bool, read: @escaping Read)
        -> Response
    {
        // Listening begins before the first reading, so that nothing falls between the two.
        let topics = signals.topics()
        let body = ResponseBody { writer in
            try await write(to: &writer, from: cursor, topics, concerns, read)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"],
            body: body)
    }

    private func write(
        to writer: inout any ResponseBodyWriter, from start: Int64, _ topics: AsyncStream<Topic>,
        _ concerns: @escaping @Sendable (Topic) -> Bool, _ read: Read
    ) async throws {
        let (wakes, waker) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await topic in topics where topic == .everything || concerns(topic) { waker.yield() }
                waker.finish()
            }
            group.addTask { [heartbeat] in
                for _ in 0..<Self.heartbeatsPerStream {
                    try await Task.sleep(for: heartbeat)
                    waker.yield()
                }
                waker.finish()
            }
            group.addTask {
                try await gracefulShutdown()
                waker.finish()
            }
            var cursor = start
            var last: [ServerEvent] = []
            guard try await tell(&last, &cursor, read, to: &writer) else { return }
            for await _ in wakes {
                guard try await tell(&last, &cursor, read, to: &writer) else { return }
            }
        }
    }

    /// One reading; false when it was the last.
    private func tell(
        _ last: inout [ServerEvent], _ cursor: inout Int64, _ read: Read, to writer: inout any ResponseBodyWriter
    ) async throws -> Bool {
        let reading = try await read(&cursor)
        // A heartbeat that changed nothing is only a sign of life.
        var text = reading.events == last ? ": still here\n\n" : reading.events.map(\.text).joined()
        last = reading.events
        if reading.isFinished { text += ServerEvent.end.text }
        try await writer.write(ByteBuffer(string: text))
        return !reading.isFinished
    }
}
