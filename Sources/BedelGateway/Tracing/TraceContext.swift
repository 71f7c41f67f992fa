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
    ///   - requestID: 32 hexadecimal digits; they become the trace's id, so that one search finds both.
    ///   - sampling: of what is random in the id, this part is recorded: 0 nothing, 1 everything.
    init(beginningWith requestID: String, span: UInt64, sampling: Double) {
        let ids = Self.halves(of: requestID)
        traceHigh = ids.high
        traceLow = ids.low
        self.span = span
        parent = 0
        isSampled = sampling > 0 && Double(ids.low >> 11) < sampling * Double(UInt64(1) << 53)
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
    var header: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(TraceParent.length)
        text += [UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: "-")]
        text.append(hexadecimal: traceHigh)
        text.append(hexadecimal: traceLow)
        text.append(UInt8(ascii: "-"))
        text.append(hexadecimal: span)
        text += [UInt8(ascii: "-"), UInt8(ascii: "0"), isSampled ? UInt8(ascii: "1") : UInt8(ascii: "0")]
        return text
    }

    /// 32 hexadecimal digits.
    var traceID: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(32)
        text.append(hexadecimal: traceHigh)
        text.append(hexadecimal: traceLow)
        return text
    }

    private static func halves(of id: String) -> (high: UInt64, low: UInt64) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for digit in id.utf8.prefix(32) {
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(TraceParent.value(of: digit) ?? 0)
        }
        return (high, low)
    }
}

extension [UInt8] {
    /// Sixteen lower-case digits.
    mutating func append(hexadecimal value: UInt64) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
