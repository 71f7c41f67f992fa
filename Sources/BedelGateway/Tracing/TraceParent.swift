/// A `traceparent` that came (W3C Trace Context, section 3.2), read to the letter: what is not one is as if there were
/// none.
struct TraceParent: Hashable, Sendable {
    let traceHigh: UInt64
    let traceLow: UInt64
    let span: UInt64
    let isSampled: Bool

    static let length = 55

    /// - Returns: nil when it is malformed: upper-case digits, ids of zeros, version ff, too short, or longer than its
    ///   version allows. Of a version to come, what version 00 has is read (section 4.3).
    init?(_ text: ArraySlice<UInt8>) {
        let start = text.startIndex
        let dash = UInt8(ascii: "-")
        guard text.count >= Self.length, text[start + 2] == dash, text[start + 35] == dash, text[start + 52] == dash,
            let version = Self.number(text[start..<start + 2]), version != 0xFF,
            let high = Self.number(text[start + 3..<start + 19]), let low = Self.number(text[start + 19..<start + 35]),
            let span = Self.number(text[start + 36..<start + 52]),
            let flags = Self.number(text[start + 53..<start + 55])
        else { return nil }
        guard text.count == Self.length || version > 0 && text[start + Self.length] == dash else { return nil }
        guard high | low != 0, span != 0 else { return nil }
        traceHigh = high
        traceLow = low
        self.span = span
        isSampled = flags & 1 == 1
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            number = number << 4 | UInt64(value)
        }
        return number
    }

    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
