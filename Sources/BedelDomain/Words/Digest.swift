/// A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal digits: the name of a blob, a version, an environment.
package struct Digest: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let hex: String

    package init?(hex: String) {
        let isHex = hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard hex.utf8.count == 64, isHex else { return nil }
        self.hex = hex
    }

    /// - Precondition: `bytes` holds exactly 32 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        let digits = Array("0123456789abcdef".utf8)
        hex = String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first twelve digits: enough for a person to tell two versions apart.
    package var short: String { String(hex.prefix(12)) }

    package static func < (a: Self, b: Self) -> Bool { a.hex < b.hex }
    package var description: String { hex }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(hex: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a SHA-256"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
