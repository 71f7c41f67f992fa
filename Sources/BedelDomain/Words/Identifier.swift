/// A name for one thing that never changes and says nothing about it: 26 characters of Crockford base 32, the first ten
/// of which are the milliseconds at which it was made, so that rows made later sort later (the ULID layout).
///
/// `Of` only keeps a model's identifier from being passed where a round's is wanted.
package struct Identifier<Of>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// As numbers and not as text: every request compares and looks up several.
    @usableFromInline package let high: UInt64
    @usableFromInline package let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Accepts exactly what ``random(at:using:)`` makes; anything else is nil.
    package init?(_ text: String) {
        var (high, low): (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            guard count < 26, let value = Self.value(of: byte) else { return nil }
            // Ten digits hold 50 bits and the time has 48, so the first digit is at most 7.
            if count == 0, value > 7 { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
            count += 1
        }
        guard count == 26 else { return nil }
        self.init(high: high, low: low)
    }

    package var rawValue: String {
        String(unsafeUninitializedCapacity: 26) { digits in
            var (high, low) = (high, low)
            for place in stride(from: 25, through: 0, by: -1) {
                digits[place] = Self.digit(UInt8(truncatingIfNeeded: low & 31))
                low = low >> 5 | high << 59
                high >>= 5
            }
            return 26
        }
    }

    /// A new identifier: 48 bits of time, 80 bits of randomness.
    package static func random(at time: Timestamp) -> Self {
        var generator = SystemRandomNumberGenerator()
        return random(at: time, using: &generator)
    }

    package static func random(at time: Timestamp, using generator: inout some RandomNumberGenerator) -> Self {
        let milliseconds = UInt64(max(0, time.microseconds / 1000))
        return Self(
            high: milliseconds << 16 | UInt64.random(in: 0...0xFFFF, using: &generator),
            low: .random(in: .min ... .max, using: &generator))
    }

    @inlinable package static func == (a: Self, b: Self) -> Bool { a.low == b.low && a.high == b.high }
    @inlinable package func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
    }

    package static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an identifier"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Crockford's base 32 in small letters: no i, l, o and u.
    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<10: UInt8(ascii: "0") + value
        case 10..<18: UInt8(ascii: "a") + value - 10
        case 18..<20: UInt8(ascii: "j") + value - 18
        case 20..<22: UInt8(ascii: "m") + value - 20
        case 22..<27: UInt8(ascii: "p") + value - 22
        default: UInt8(ascii: "v") + value - 27
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "h"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "j")...UInt8(ascii: "k"): digit - UInt8(ascii: "j") + 18
        case UInt8(ascii: "m")...UInt8(ascii: "n"): digit - UInt8(ascii: "m") + 20
        case UInt8(ascii: "p")...UInt8(ascii: "t"): digit - UInt8(ascii: "p") + 22
        case UInt8(ascii: "v")...UInt8(ascii: "z"): digit - UInt8(ascii: "v") + 27
        default: nil
        }
    }
}
