/// Makes request ids: 128 random bits as 32 hexadecimal digits, the form of a W3C trace id. For telling requests apart,
/// not for secrets: seeded once from the system, as a system call for each would cost more than the rest of the head.
struct RequestIDs: Sendable {
    private var random: SplitMix64
    private static let digits = Array("0123456789abcdef".utf8)

    init(seed: UInt64 = .random(in: .min ... .max)) { random = SplitMix64(seed: seed) }

    /// The id of a span of ours: never zero (W3C Trace Context, section 3.2.2.4).
    mutating func nextSpan() -> UInt64 { max(1, random.next()) }

    mutating func next() -> String {
        let high = random.next()
        let low = random.next()
        return String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<16 {
                let shift = UInt64(60 - 4 * index)
                text[index] = Self.digits[Int(high >> shift & 15)]
                text[16 + index] = Self.digits[Int(low >> shift & 15)]
            }
            return 32
        }
    }
}
