internal import COpenSSL

extension PublicKey {
    /// Whether the signature over the message is this key's, by that algorithm and no other.
    ///
    /// - Parameter signature: as JOSE carries it: for ES algorithms `r` and `s` at full length (RFC 7518, section 3.4).
    package func verifies(_ signature: [UInt8], of message: [UInt8], by algorithm: SignatureAlgorithm) -> Bool {
        SignatureCheck(self, by: algorithm)?.verifies(signature, of: message) ?? false
    }

    /// The length is checked before libcrypto sees it: a key has exactly one length of signature.
    func nativeForm(of signature: [UInt8]) -> [UInt8]? {
        switch kind {
        case .rsa(let bits): signature.count == (bits + 7) / 8 ? signature : nil
        case .ec(let curve): ECDSASignature.der(fromRaw: signature, curve: curve)
        case .ed25519: signature.count == 64 ? signature : nil
        }
    }
}

/// RSASSA-PSS as RFC 7518 (section 3.5) fixes it: MGF1 with the same hash, and a salt as long as the hash.
enum PSS {
    static func configure(_ options: OpaquePointer?) -> Bool {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1
    }
}

/// ECDSA signatures between JOSE's form (`r` and `s` at full length) and libcrypto's (DER).
enum ECDSASignature {
    /// Nil when the length is not exactly twice the curve's.
    static func der(fromRaw raw: [UInt8], curve: Curve) -> [UInt8]? {
        guard raw.count == 2 * curve.size, let signature = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(signature) }
        let half = Int32(curve.size)
        let r = BN_bin2bn(Array(raw.prefix(curve.size)), half, nil)
        let s = BN_bin2bn(Array(raw.suffix(curve.size)), half, nil)
        guard ECDSA_SIG_set0(signature, r, s) == 1 else { return nil }
        let count = Int(i2d_ECDSA_SIG(signature, nil))
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var cursor = buffer.baseAddress
            written = max(0, Int(i2d_ECDSA_SIG(signature, &cursor)))
        }
    }

    static func raw(fromDER der: [UInt8], curve: Curve) -> [UInt8]? {
        der.withUnsafeBufferPointer { buffer -> [UInt8]? in
            var cursor = buffer.baseAddress
            guard let signature = d2i_ECDSA_SIG(nil, &cursor, buffer.count) else { return nil }
            defer { ECDSA_SIG_free(signature) }
            var raw = [UInt8](repeating: 0, count: 2 * curve.size)
            let size = Int32(curve.size)
            let padded = raw.withUnsafeMutableBufferPointer { bytes in
                BN_bn2binpad(ECDSA_SIG_get0_r(signature), bytes.baseAddress, size) == size
                    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), bytes.baseAddress.map { $0 + curve.size }, size)
                        == size
            }
            return padded ? raw : nil
        }
    }
}
