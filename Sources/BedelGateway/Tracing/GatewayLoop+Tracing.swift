internal import BedelDomain
internal import NIOCore

/// Traces, as one event loop has them: a request is given its place, and what is recorded is gathered for whoever collects
/// it.
extension GatewayLoop {
    /// Spans that wait for the next tick, at most.
    private static let mostSpans = 1024

    /// The request's place in its trace. A `traceparent` that is malformed or stands there twice is as if there were none,
    /// and then nothing is believed of `tracestate` either (W3C Trace Context, section 4.3).
    func trace(_ request: NormalRequest, _ requestID: RequestID) -> TraceContext {
        let span = requestIDs.nextSpan()
        let block = request.head.block
        let callers = block.values(of: .traceparent)
        if callers.count == 1, let caller = TraceParent(callers[0]) {
            return TraceContext(
                continuing: caller, span: span, state: TraceState.combined(block.values(of: .tracestate)))
        }
        let sampling = house.spans == nil ? 0 : house.configuration.traceSampling
        return TraceContext(beginningWith: requestID, span: span, sampling: sampling)
    }

    /// Its request is over.
    func record(_ exchange: Exchange, duration: TimeAmount) {
        guard let trace = exchange.trace, trace.isSampled, let request = exchange.request, house.spans != nil else {
            return
        }
        guard spans.count < Self.mostSpans else {
            metrics.droppedSpans += 1
            return
        }
        let end = time.date
        spans.append(
            TraceSpan(
                traceHigh: trace.traceHigh, traceLow: trace.traceLow, id: trace.span, parent: trace.parent,
                state: trace.state[...].text, requestID: exchange.requestID, method: request.methodName.text,
                path: request.path[...].prefix(256).text, host: request.authority, route: exchange.routeName,
                profile: exchange.route?.profile?.rawValue, status: exchange.status,
                start: end - .microseconds(duration.nanoseconds / 1000), end: end))
    }

    func handSpansOver() {
        guard !spans.isEmpty else { return }
        house.spans?.take(spans)
        spans.removeAll(keepingCapacity: true)
    }
}
