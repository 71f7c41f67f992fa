internal import BedelDomain
internal import OpenSSL

/// A token of ours as people copy it: `bdl_<id>_<secret>`, for scanners the pattern `bdl_[0-9a-z]{26}_[0-9A-Za-z]{46}`.
///
/// The last six characters of the secret are the CRC-32 of everything before them in base 62, so that a scanner, and
/// we, can tell a token from something that merely looks like one without asking anybody.
struct AccessTokenText {
    private static let prefix = "bdl_"
    private static let randomLength = 40
    private static let checksumLength = 6
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    let id: AccessToken.ID
    /// 40 random characters (238 bits) and the checksum.
    let secret: String

    var text: String { "\(Self.prefix)\(id)_\(secret)" }
    /// A plain hash is enough: the secret is random, nobody can go through all of them.
    var secretHash: Digest { Digest(bytes: SHA256.digest(of: Array(secret.utf8))) }

    static func looksLikeOne(_ text: String) -> Bool { text.hasPrefix(prefix) }

    /// A new token.
    init(id: AccessToken.ID) {
        // SystemRandomNumberGenerator is the kernel's generator, and `Int.random` has no bias.
        let random = (0..<Self.randomLength).map { _ in Self.digits[Int.random(in: 0..<Self.digits.count)] }
        let text = String(decoding: random, as: UTF8.self)
        self.id = id
        secret = text + Self.checksum(of: "\(Self.prefix)\(id)_\(text)")
    }

    /// - Throws: `malformed`, or `badChecksum` when it looks right but was mistyped or cut.
    init(parsing text: String) throws(TokenFault) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 3, parts[0] + "_" == Self.prefix,
            let id = AccessToken.ID(String(parts[1])), parts[2].utf8.allSatisfy(Self.digits.contains)
        else { throw .malformed }
        let body = parts[2].prefix(Self.randomLength)
        guard parts[2].utf8.count == Self.randomLength + Self.checksumLength,
            Self.checksum(of: "\(Self.prefix)\(id)_\(body)") == parts[2].suffix(Self.checksumLength)
        else { throw .badChecksum }
        self.id = id
        secret = String(parts[2])
    }

    private static func checksum(of text: String) -> String {
        var rest = crc32(Array(text.utf8))
        var output = [UInt8](repeating: digits[0], count: checksumLength)
        for index in output.indices.reversed() {
            output[index] = digits[Int(rest % 62)]
            rest /= 62
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// CRC-32 as in ISO 3309 and gzip.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}
