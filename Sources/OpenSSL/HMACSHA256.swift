internal import COpenSSL

/// HMAC (RFC 2104) with SHA-256.
package enum HMACSHA256 {
    /// The 32 bytes.
    package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        // A null key means "the key of last time" to libcrypto, so an empty one is given as one byte of length 0.
        let made = HMAC(EVP_sha256(), key.isEmpty ? [0] : key, Int32(key.count), message, message.count, &code, nil)
        precondition(made != nil, "OpenSSL has no HMAC-SHA256")
        return code
    }
}
