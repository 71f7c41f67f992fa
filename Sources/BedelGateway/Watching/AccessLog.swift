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
    private let time: LoopTime
    private let eventLoop: any EventLoop
    private var lines = JSONLines(capacity: 2 * batch)
    private var timeText = TimeText()
    private var isFlushComing = false

    /// - Parameter sink: nil: nothing is logged.
    init(sink: (any AccessLogSink)?, time: LoopTime, eventLoop: any EventLoop) {
        self.sink = sink
        self.time = time
        self.eventLoop = eventLoop
    }

    func add(_ exchange: Exchange, remoteAddress: String, duration: TimeAmount) {
        guard sink != nil else { return }
        let now = timeText.text(of: time.date)
        Self.write(exchange, remoteAddress, duration, at: now, into: &lines)
        if lines.count >= Self.batch { return flush() }
        flushSoon()
    }

    private static func write(
        _ exchange: Exchange, _ remoteAddress: String, _ duration: TimeAmount, at time: [UInt8],
        into lines: inout JSONLines
    ) {
        lines.append(json: #"{"time":""#)
        lines.append(plain: time[...])
        lines.append(json: #"","level":"info","logger":"bedel","message":"request","bytes_in":""#)
        lines.append(exchange.requestBytes)
        lines.append(json: #"","bytes_out":""#)
        lines.append(exchange.responseBytes)
        if let request = exchange.request {
            lines.append(json: #"","host":""#)
            lines.append(request.authority)
            lines.append(json: #"","method":""#)
            lines.append(request.methodName)
            lines.append(json: #"","path":""#)
            lines.append(request.path[...].prefix(pathLimit))
        }
        lines.append(json: #"","microseconds":""#)
        lines.append(Int(duration.nanoseconds / 1000))
        lines.append(json: #"","remote":""#)
        lines.append(remoteAddress)
        lines.append(json: #"","request_id":""#)
        lines.append(exchange.id.high, exchange.id.low)
        lines.append(json: #"","route":""#)
        lines.append(plain: exchange.routeName)
        lines.append(json: #"","status":""#)
        lines.append(exchange.status)
        // A trace that began here is called like its request.
        if let trace = exchange.trace, trace.parent != 0 {
            lines.append(json: #"","trace_id":""#)
            lines.append(trace.traceHigh, trace.traceLow)
        }
        if let known = exchange.known {
            lines.append(json: #"","user":""#)
            lines.append(plain: known.userText)
        }
        lines.append(json: "\"}\n")
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
