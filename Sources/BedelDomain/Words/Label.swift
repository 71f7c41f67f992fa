/// The name of a profile or a model, as it stands in addresses: a DNS label (RFC 1123, section 2.1) of at most 40
/// characters, lower case, so that it can be part of a host name, a directory and a Kubernetes namespace unchanged.
package struct Label: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package static let maximumLength = 40

    /// Nil unless `text` is `[a-z0-9]` with single hyphens inside. Two hyphens in a row are kept for
    /// `<service>--<profile>` hosts.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength else { return nil }
        guard bytes.first != Self.hyphen, bytes.last != Self.hyphen else { return nil }
        var previous: UInt8 = 0
        for byte in bytes {
            let letterOrDigit = (97...122).contains(byte) || (48...57).contains(byte)
            guard letterOrDigit || (byte == Self.hyphen && previous != Self.hyphen) else { return nil }
            previous = byte
        }
        rawValue = text
    }

    /// ``init(_:)``, or the error that tells the person what a good name looks like.
    package init(checking text: String, of noun: String) throws(BedelError) {
        guard let label = Label(text) else {
            throw BedelError(
                .invalidName, "“\(text.prefix(60))” cannot be the name of a \(noun).",
                next: "Use 1 to 40 lower-case letters, digits and single hyphens, for example “digits-v2”.")
        }
        self = label
    }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a label"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    private static var hyphen: UInt8 { UInt8(ascii: "-") }
}
