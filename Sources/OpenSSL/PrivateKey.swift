internal import COpenSSL

/// A key that signs.
package struct PrivateKey: Sendable {
    package enum Kind: Sendable {
        case p256
        case ed25519
        case rsa2048
    }

    package let publicKey: PublicKey
    private let handle: KeyHandle

    /// A new key.
    package static func generate(_ kind: Kind) throws(CryptoError) -> PrivateKey {
        let pointer =
            switch kind {
            case .p256: generate("EC", group: Curve.p256.group)
            case .ed25519: generate("ED25519", group: nil)
            case .rsa2048: generate("RSA", group: nil)
            }
        guard let pointer else { throw CryptoError("cannot make a key") }
        return try PrivateKey(KeyHandle(owning: pointer))
    }

    /// Reads an unencrypted PEM file's text: P-256, Ed25519 or RSA of at least 2048 bits.
    package init(pem: String) throws(CryptoError) {
        let bytes = Array(pem.utf8)
        guard let source = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { throw CryptoError("out of memory") }
        defer { BIO_free(source) }
        // An empty passphrase rather than none: libcrypto would otherwise ask the terminal for one.
        var passphrase: CChar = 0
        guard let pointer = PEM_read_bio_PrivateKey(source, nil, nil, &passphrase) else {
            throw CryptoError("not a private key in PEM form")
        }
        try self.init(KeyHandle(owning: pointer))
    }

    private init(_ handle: KeyHandle) throws(CryptoError) {
        self.handle = handle
        publicKey = PublicKey(try Self.kind(of: handle), handle)
    }

    /// PKCS #8 in PEM form (RFC 7468, section 10), not encrypted: keep it where nobody else reads.
    package func pem() throws(CryptoError) -> String {
        guard let target = BIO_new(BIO_s_mem()) else { throw CryptoError("out of memory") }
        defer { BIO_free(target) }
        guard PEM_write_bio_PrivateKey(target, handle.pointer, nil, nil, 0, nil, nil) == 1 else {
            throw CryptoError("cannot write a private key")
        }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = Int(BIO_read(target, &bytes, Int32(bytes.count)))
        guard count > 0 else { throw CryptoError("cannot write a private key") }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// - Returns: the signature as JOSE carries it; see ``PublicKey/verifies(_:of:by:)``.
    package func sign(_ message: [UInt8], by algorithm: SignatureAlgorithm) throws(CryptoError) -> [UInt8] {
        guard algorithm.accepts(publicKey.kind) else {
            throw CryptoError("the key is not one for \(algorithm.rawValue)")
        }
        guard let context = EVP_MD_CTX_new() else { throw CryptoError("out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var options: OpaquePointer?
        var count = 0
        guard EVP_DigestSignInit(context, &options, algorithm.digest, nil, handle.pointer) == 1,
            !algorithm.isPSS || PSS.configure(options),
            EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else { throw CryptoError("cannot sign") }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
            throw CryptoError("cannot sign")
        }
        signature.removeLast(signature.count - count)
        guard case .ec(let curve) = publicKey.kind else { return signature }
        guard let raw = ECDSASignature.raw(fromDER: signature, curve: curve) else { throw CryptoError("cannot sign") }
        return raw
    }

    /// Through the context rather than `EVP_PKEY_Q_keygen`, whose variable arguments Swift cannot pass.
    private static func generate(_ type: String, group: String?) -> OpaquePointer? {
        guard let maker = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(maker) }
        guard EVP_PKEY_keygen_init(maker) == 1 else { return nil }
        if let group, EVP_PKEY_CTX_set_group_name(maker, group) != 1 { return nil }
        var key: OpaquePointer?
        return EVP_PKEY_generate(maker, &key) == 1 ? key : nil
    }

    private static func kind(of handle: KeyHandle) throws(CryptoError) -> PublicKey.Kind {
        let bits = Int(EVP_PKEY_get_bits(handle.pointer))
        if EVP_PKEY_is_a(handle.pointer, "ED25519") == 1 { return .ed25519 }
        if EVP_PKEY_is_a(handle.pointer, "RSA") == 1, PublicKey.rsaBits.contains(bits) { return .rsa(bits: bits) }
        var name = [CChar](repeating: 0, count: 64)
        if EVP_PKEY_is_a(handle.pointer, "EC") == 1,
            EVP_PKEY_get_group_name(handle.pointer, &name, name.count, nil) == 1
        {
            let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if let curve = Curve.allCases.first(where: { $0.group == text }) { return .ec(curve) }
        }
        throw CryptoError("a private key of a kind that is not used here")
    }
}
