internal import COpenSSL

/// A key that checks signatures, made of the parts a JSON Web Key gives (RFC 7518, section 6), every part checked
/// first.
package struct PublicKey: Sendable {
    package enum Kind: Hashable, Sendable {
        case rsa(bits: Int)
        case ec(Curve)
        case ed25519
    }

    package let kind: Kind
    let handle: KeyHandle

    init(_ kind: Kind, _ handle: KeyHandle) {
        self.kind = kind
        self.handle = handle
    }

    /// The sizes of RSA modulus that are neither broken nor a way to keep a CPU busy.
    package static let rsaBits = 2048...8192

    /// - Parameters: modulus and exponent, big-endian; leading zeros do not count.
    /// - Throws: ``CryptoError`` when the modulus is outside ``rsaBits``, has a factor below 168 or the ROCA weakness (CVE-2017-15361), or
    ///   the exponent is even, below 3 or above 64 bits.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(CryptoError) -> PublicKey {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard let first = modulus.first, let last = modulus.last, let lowest = exponent.last else {
            throw CryptoError("an RSA key without modulus or exponent")
        }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard rsaBits.contains(bits), last & 1 == 1 else { throw CryptoError("an RSA modulus of \(bits) bits") }
        guard exponent.count <= 8, lowest & 1 == 1, exponent != [1] else { throw CryptoError("a bad RSA exponent") }
        guard !ROCA.matches(modulus) else { throw CryptoError("an RSA key of the weak generator of CVE-2017-15361") }
        guard !ROCA.hasSmallFactor(modulus) else { throw CryptoError("an RSA modulus with a small factor") }
        // libcrypto's own check (SP 800-56B, section 6.4.2) tries whether the modulus is a prime, which takes seconds for
        // a long one; a stranger's key set may hold dozens.
        let handle = try KeyBuilder("RSA").number(OSSL_PKEY_PARAM_RSA_N, modulus)
            .number(OSSL_PKEY_PARAM_RSA_E, exponent).publicKey(checking: false)
        return PublicKey(.rsa(bits: bits), handle)
    }

    /// - Parameters: the coordinates, each exactly as long as the curve's field (RFC 7518, section 6.2.1.2).
    /// - Throws: ``CryptoError`` also when the point is not on the curve.
    package static func ec(_ curve: Curve, x: [UInt8], y: [UInt8]) throws(CryptoError) -> PublicKey {
        guard x.count == curve.size, y.count == curve.size else {
            throw CryptoError("a coordinate of the wrong length")
        }
        let handle = try KeyBuilder("EC").text(OSSL_PKEY_PARAM_GROUP_NAME, curve.group)
            .octets(OSSL_PKEY_PARAM_PUB_KEY, [4] + x + y).publicKey()
        return PublicKey(.ec(curve), handle)
    }

    /// - Parameter point: the 32 bytes (RFC 8037, section 2).
    package static func ed25519(_ point: [UInt8]) throws(CryptoError) -> PublicKey {
        guard point.count == 32 else { throw CryptoError("an Ed25519 key of the wrong length") }
        guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, point, point.count) else {
            throw CryptoError("cannot make an Ed25519 key")
        }
        return PublicKey(.ed25519, KeyHandle(owning: pointer))
    }

    /// The public members of its JSON Web Key, raw, by their names: `n` and `e`, `x` and `y`, or `x`.
    package var components: [String: [UInt8]] {
        switch kind {
        case .rsa:
            ["n": handle.number(OSSL_PKEY_PARAM_RSA_N) ?? [], "e": handle.number(OSSL_PKEY_PARAM_RSA_E) ?? []]
        case .ec(let curve):
            [
                "x": coordinate(OSSL_PKEY_PARAM_EC_PUB_X, of: curve),
                "y": coordinate(OSSL_PKEY_PARAM_EC_PUB_Y, of: curve),
            ]
        case .ed25519:
            ["x": handle.octets(OSSL_PKEY_PARAM_PUB_KEY) ?? []]
        }
    }

    private func coordinate(_ name: String, of curve: Curve) -> [UInt8] {
        let number = handle.number(name) ?? []
        return Array(repeating: 0, count: max(0, curve.size - number.count)) + number
    }
}
