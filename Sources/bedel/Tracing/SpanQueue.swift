import BedelDomain

/// Spans that wait for the collector, a bounded number of them: when it is away, the newest are dropped and counted.
struct SpanQueue {
    let limit: Int
    private var waiting: [TraceSpan] = []
    private(set) var dropped = 0

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ spans: [TraceSpan]) {
        let room = max(0, limit - waiting.count)
        waiting += spans.prefix(room)
        dropped += max(0, spans.count - room)
    }

    /// The oldest.
    mutating func take(_ count: Int) -> [TraceSpan] {
        defer { waiting.removeFirst(min(count, waiting.count)) }
        return Array(waiting.prefix(count))
    }

    /// Taken too early.
    mutating func putBack(_ spans: [TraceSpan]) { waiting = spans + waiting }

    /// What was taken and reached nobody.
    mutating func lost(_ count: Int) { dropped += count }
}
