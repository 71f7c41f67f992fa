internal import COpenSSL

/// The asymmetric signature algorithms of RFC 7518 (section 3.1) and RFC 8037. HMAC and `none` are left out on purpose:
/// whoever may check a signature here must not be able to make one.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// Whether a key of that kind can be used with it at all: one curve for each ES algorithm (RFC 7518, section 3.4).
    package func accepts(_ kind: PublicKey.Kind) -> Bool {
        switch (self, kind) {
        case (.rs256, .rsa), (.rs384, .rsa), (.rs512, .rsa), (.ps256, .rsa), (.ps384, .rsa), (.ps512, .rsa): true
        case (.es256, .ec(.p256)), (.es384, .ec(.p384)), (.es512, .ec(.p521)): true
        case (.edDSA, .ed25519): true
        default: false
        }
    }

    /// Nil for EdDSA, which hashes by itself.
    var digest: OpaquePointer? {
        switch self {
        case .rs256, .ps256, .es256: EVP_sha256()
        case .rs384, .ps384, .es384: EVP_sha384()
        case .rs512, .ps512, .es512: EVP_sha512()
        case .edDSA: nil
        }
    }

    /// The hash that belongs to it, as claims like `at_hash` use it (OpenID Connect Core, section 3.1.3.6). EdDSA names none:
    /// Ed25519 hashes with SHA-512 inside (RFC 8032, section 5.1), and so does everybody for these claims.
    package func hash(of bytes: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // Fails only when memory is exhausted or OpenSSL is built without SHA-2; there is no going on then.
        guard EVP_Digest(bytes, bytes.count, &hash, &count, digest ?? EVP_sha512(), nil) == 1 else {
            preconditionFailure("OpenSSL has no SHA-2")
        }
        return Array(hash.prefix(Int(count)))
    }

    var isPSS: Bool { self == .ps256 || self == .ps384 || self == .ps512 }
}
