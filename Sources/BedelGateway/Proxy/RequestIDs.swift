/// Makes request ids: 128 random bits as 32 hexadecimal digits, the form of a W3C trace id. For telling requests apart,
/// not for secrets: seeded once from the system, then SplitMix64 (Steele, Lea, Flood 2014), as a system call for each
/// would cost more than the rest of the head.
struct RequestIDs: Sendable {
    private var state: UInt64
    private static let digits = Array("0123456789abcdef".utf8)

    init(seed: UInt64 = .random(in: .min ... .max)) { state = seed }

    mutating func next() -> String {
        let high = word()
        let low = word()
        return String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<16 {
                let shift = UInt64(60 - 4 * index)
                text[index] = Self.digits[Int(high >> shift & 15)]
                text[16 + index] = Self.digits[Int(low >> shift & 15)]
            }
            return 32
        }
    }

    private mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
