internal import COpenSSL

/// Bytes nobody can guess.
package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // RAND_bytes fails only when the system gives no entropy at all; no secret may be made then.
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system's random source does not answer")
        return bytes
    }
}
