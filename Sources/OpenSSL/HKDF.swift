/// HKDF (RFC 5869) with SHA-256: many keys out of one, each for one purpose.
package enum HKDF {
    /// - Parameters:
    ///   - secret: the input keying material.
    ///   - info: the purpose; another purpose, another key.
    ///   - count: how many bytes, at most 8,160 (RFC 5869, section 2.3).
    package static func derive(from secret: [UInt8], salt: [UInt8] = [], info: String, count: Int) -> [UInt8] {
        precondition((1...8160).contains(count), "HKDF-SHA256 makes 1 to 8,160 bytes")
        let pseudorandomKey = HMACSHA256.code(for: secret, key: salt.isEmpty ? Array(repeating: 0, count: 32) : salt)
        var output: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 1
        while output.count < count {
            block = HMACSHA256.code(for: block + Array(info.utf8) + [counter], key: pseudorandomKey)
            output += block
            counter &+= 1
        }
        return Array(output.prefix(count))
    }
}
