internal import COpenSSL

/// The elliptic curves of JSON Web Algorithms (RFC 7518, section 6.2.1.1).
package enum Curve: String, Sendable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// Bytes of a coordinate, and of each half of a signature.
    package var size: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// libcrypto's name for it.
    var group: String {
        switch self {
        case .p256: SN_X9_62_prime256v1
        case .p384: SN_secp384r1
        case .p521: SN_secp521r1
        }
    }
}
