/// What a request is called: 128 random bits, written as 32 hexadecimal digits, the form of a W3C trace id.
struct RequestID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    var text: String {
        var digits = WrittenBytes(capacity: 32)
        digits.append(self)
        return digits.text
    }
}

/// Makes request ids. For telling requests apart, not for secrets: seeded once from the system, as a system call for each
/// would cost more than the rest of the head.
struct RequestIDs: Sendable {
    private var random: SplitMix64

    init(seed: UInt64 = .random(in: .min ... .max)) { random = SplitMix64(seed: seed) }

    /// The id of a span of ours: never zero (W3C Trace Context, section 3.2.2.4).
    mutating func nextSpan() -> UInt64 { max(1, random.next()) }

    mutating func next() -> RequestID { RequestID(high: random.next(), low: random.next()) }
}
