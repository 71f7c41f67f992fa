/// Takes the spans of requests that are recorded, for whoever collects traces.
package protocol SpanSink: Sendable {
    /// Called on event loops, about once a second: it may not block, and what it has no room for it drops and counts.
    func take(_ spans: [TraceSpan])

    /// How many were dropped since the start.
    var dropped: Int { get }
}

/// One hop of a trace, from the head of a request to the end of its answer.
package struct TraceSpan: Sendable, Hashable {
    /// Of 16 and 8 bytes; a parent of 0 is none.
    package let traceHigh: UInt64
    package let traceLow: UInt64
    package let id: UInt64
    package let parent: UInt64
    /// `tracestate`, as it came.
    package let state: String
    package let requestID: String
    package let method: String
    /// Without its query.
    package let path: String
    package let host: String
    /// The class of the route: `console`, `model`, `service`, …
    package let route: String
    package let profile: String?
    /// 0: the client went away before there was one.
    package let status: Int
    package let start: Timestamp
    package let end: Timestamp

    package init(
        traceHigh: UInt64, traceLow: UInt64, id: UInt64, parent: UInt64, state: String, requestID: String,
        method: String, path: String, host: String, route: String, profile: String?, status: Int, start: Timestamp,
        end: Timestamp
    ) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.id = id
        self.parent = parent
        self.state = state
        self.requestID = requestID
        self.method = method
        self.path = path
        self.host = host
        self.route = route
        self.profile = profile
        self.status = status
        self.start = start
        self.end = end
    }
}
