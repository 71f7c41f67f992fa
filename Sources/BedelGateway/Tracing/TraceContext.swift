/// Where a request stands in a distributed trace (W3C Trace Context, level 1): what it came with, and what the next hop is
/// told. Sixteen random bytes name the trace, eight this hop.
struct TraceContext: Hashable, Sendable {
    let traceHigh: UInt64
    let traceLow: UInt64
    /// This hop's own span; the caller's is ``parent``.
    let span: UInt64
    /// 0: the trace begins here.
    let parent: UInt64
    /// Somebody before us, or we, decided to record it. Only this flag is defined; the others go out as zero (section
    /// 3.2.2.5.1).
    let isSampled: Bool
    /// The vendors' own part, passed on as it came; empty: none.
    let state: [UInt8]

    /// A trace that begins with this request.
    /// - Parameters:
    ///   - requestID: becomes the trace's id, so that one search finds both.
    ///   - sampling: of what is random in the id, this part is recorded: 0 nothing, 1 everything.
    init(beginningWith requestID: RequestID, span: UInt64, sampling: Double) {
        traceHigh = requestID.high
        traceLow = requestID.low
        self.span = span
        parent = 0
        isSampled = sampling > 0 && Double(requestID.low >> 11) < sampling * Double(UInt64(1) << 53)
        state = []
    }

    /// The next hop of a trace that began elsewhere. Its decision to record is kept.
    init(continuing caller: TraceParent, span: UInt64, state: [UInt8]) {
        traceHigh = caller.traceHigh
        traceLow = caller.traceLow
        self.span = span
        parent = caller.span
        isSampled = caller.isSampled
        self.state = state
    }

    /// As it is sent: version 00, 55 characters.
    func write(into head: inout WrittenBytes) {
        head.append("00-")
        head.append(hexadecimal: traceHigh)
        head.append(hexadecimal: traceLow)
        head.append("-")
        head.append(hexadecimal: span)
        head.append(isSampled ? "-01" : "-00")
    }
}
