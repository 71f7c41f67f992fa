/// A name for one thing that never changes and says nothing about it: 26 characters of Crockford base 32, the first ten
/// of which are the milliseconds at which it was made, so that rows made later sort later (the ULID layout).
///
/// `Of` only keeps a model's identifier from being passed where a round's is wanted.
package struct Identifier<Of>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String

    /// Accepts exactly what ``random(at:using:)`` makes; anything else is nil.
    package init?(_ text: String) {
        // Ten digits hold 50 bits and the time has 48, so the first digit is at most 7.
        guard text.utf8.count == 26, text.utf8.allSatisfy(Self.isDigit), text.utf8.first ?? 0 <= UInt8(ascii: "7")
        else {
            return nil
        }
        rawValue = text
    }

    private init(unchecked text: String) { rawValue = text }

    /// A new identifier: 48 bits of time, 80 bits of randomness.
    package static func random(at time: Timestamp) -> Self {
        var generator = SystemRandomNumberGenerator()
        return random(at: time, using: &generator)
    }

    package static func random(at time: Timestamp, using generator: inout some RandomNumberGenerator) -> Self {
        var digits: [UInt8] = []
        digits.reserveCapacity(26)
        let milliseconds = UInt64(max(0, time.microseconds / 1000))
        for shift in stride(from: 45, through: 0, by: -5) {
            digits.append(alphabet[Int((milliseconds >> UInt64(shift)) & 31)])
        }
        for _ in 0..<16 { digits.append(alphabet[Int.random(in: 0..<32, using: &generator)]) }
        return Self(unchecked: String(decoding: digits, as: UTF8.self))
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
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

    private static var alphabet: [UInt8] { Array("0123456789abcdefghjkmnpqrstvwxyz".utf8) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "i"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
