internal import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): nobody can read it, and nobody can change it unnoticed.
package enum AESGCM {
    package static let keySize = 32
    private static let nonceSize = 12
    private static let tagSize = 16

    /// Seals under a fresh random nonce.
    ///
    /// - Parameter context: not sealed, but must be the same when it is opened.
    /// - Precondition: the key has 32 bytes. One key seals at most 2^32 times (SP 800-38D, section 8.3).
    /// - Returns: nonce, ciphertext and tag, one after the other.
    package static func seal(_ plaintext: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8] {
        let nonce = SecureRandom.bytes(nonceSize)
        var cipher = Cipher(key: key, nonce: nonce, sealing: true)
        cipher.authenticate(context)
        let ciphertext = cipher.update(plaintext)
        precondition(cipher.finish(), "AES-256-GCM failed to seal")
        return nonce + ciphertext + cipher.tag(size: tagSize)
    }

    /// Nil when anything at all is not as it was sealed: one answer, whatever is wrong.
    package static func open(_ sealed: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard sealed.count >= nonceSize + tagSize else { return nil }
        let end = sealed.count - tagSize
        var cipher = Cipher(key: key, nonce: Array(sealed[..<nonceSize]), sealing: false)
        cipher.authenticate(context)
        let plaintext = cipher.update(Array(sealed[nonceSize..<end]))
        cipher.expect(tag: Array(sealed[end...]))
        return cipher.finish() ? plaintext : nil
    }

    private struct Cipher: ~Copyable {
        private let context: OpaquePointer
        private let sealing: Int32

        init(key: [UInt8], nonce: [UInt8], sealing: Bool) {
            precondition(key.count == keySize, "AES-256 takes a key of 32 bytes")
            self.sealing = sealing ? 1 : 0
            // Fails only when memory is exhausted or AES-GCM is not built in.
            guard let context = EVP_CIPHER_CTX_new(),
                EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, self.sealing) == 1
            else { preconditionFailure("OpenSSL has no AES-256-GCM") }
            self.context = context
        }

        deinit { EVP_CIPHER_CTX_free(context) }

        mutating func authenticate(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else { return }
            var count: Int32 = 0
            EVP_CipherUpdate(context, nil, &count, bytes, Int32(bytes.count))
        }

        mutating func update(_ bytes: [UInt8]) -> [UInt8] {
            guard !bytes.isEmpty else { return [] }
            var output = [UInt8](repeating: 0, count: bytes.count)
            var count: Int32 = 0
            EVP_CipherUpdate(context, &output, &count, bytes, Int32(bytes.count))
            return output
        }

        mutating func expect(tag: [UInt8]) {
            var tag = tag
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag)
        }

        /// When opening: whether the tag is the one expected.
        mutating func finish() -> Bool {
            var nothing: UInt8 = 0
            var count: Int32 = 0
            return EVP_CipherFinal_ex(context, &nothing, &count) == 1
        }

        func tag(size: Int) -> [UInt8] {
            var tag = [UInt8](repeating: 0, count: size)
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(size), &tag)
            return tag
        }
    }
}
