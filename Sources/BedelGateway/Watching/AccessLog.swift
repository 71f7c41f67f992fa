internal import BedelDomain
internal import NIOCore

/// One line a request. No query, no header, no credential: what is logged can be shown to whoever runs the machine.
///
/// Belongs to one event loop, which gathers lines and hands them over together: a write for each would cost a request
/// more than reading its head.
final class AccessLog {
    /// Longest part of a path that is kept.
    private static let pathLimit = 256
    /// Bytes that are handed over at once, at the latest.
    private static let batch = 32 * 1024
    /// How long a line waits for others.
    private static let patience = TimeAmount.milliseconds(100)

    private let sink: (any AccessLogSink)?
    private let clock: any TimeSource
    private let eventLoop: any EventLoop
    private var lines = JSONLines()
    private var time = TimeText()
    private var isFlushComing = false

    /// - Parameter sink: nil: nothing is logged.
    init(sink: (any AccessLogSink)?, clock: any TimeSource, eventLoop: any EventLoop) {
        self.sink = sink
        self.clock = clock
        self.eventLoop = eventLoop
    }

    func add(_ exchange: Exchange, remoteAddress: String, duration: TimeAmount) {
        guard sink != nil else { return }
        lines.begin()
        lines.field("time", time.text(of: clock.now()))
        lines.field("level", "info")
        lines.field("logger", "bedel")
        lines.field("message", "request")
        lines.field("bytes_in", exchange.requestBytes)
        lines.field("bytes_out", exchange.responseBytes)
        if let request = exchange.request {
            lines.field("host", request.authority)
            lines.field("method", request.methodName)
        }
        lines.field("microseconds", Int(duration.nanoseconds / 1000))
        if let request = exchange.request { lines.field("path", request.path[...].prefix(Self.pathLimit)) }
        lines.field("remote", remoteAddress)
        lines.field("request_id", exchange.requestID)
        lines.field("route", exchange.routeName)
        lines.field("status", exchange.status)
        // A trace that began here is called like its request.
        if let trace = exchange.trace, trace.parent != 0 { lines.field("trace_id", trace.traceID[...]) }
        if let principal = exchange.known?.principal { lines.field("user", principal.user.rawValue) }
        lines.end()
        if lines.count >= Self.batch { return flush() }
        flushSoon()
    }

    /// Hands over what there is.
    func flush() {
        guard let sink, lines.count > 0 else { return }
        lines.withBytes { sink.write($0) }
        lines.removeAll()
    }

    private func flushSoon() {
        guard !isFlushComing else { return }
        isFlushComing = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.patience) {
            let log = bound.value
            log.isFlushComing = false
            log.flush()
        }
    }
}
