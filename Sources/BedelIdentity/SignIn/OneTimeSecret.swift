internal import BedelDomain
internal import OpenSSL

/// Something that can be presented once and cannot be guessed: 256 random bits, of which only the hash is kept.
enum OneTimeSecret {
    static func make() -> String { Base64.urlEncoded(SecureRandom.bytes(32)) }

    static func hash(_ text: String) -> Digest { Digest(bytes: SHA256.digest(of: Array(text.utf8))) }

    /// Whether it could have come from ``make()`` at all.
    static func isWellFormed(_ text: String) -> Bool { Base64.urlDecoded(text)?.count == 32 }
}
