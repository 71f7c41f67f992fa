internal import COpenSSL

/// A call into libcrypto that did not do what was asked.
package struct CryptoError: Error, Sendable, CustomStringConvertible {
    /// What was tried, with libcrypto's own reason where it gave one. Never holds key material.
    package let description: String

    init(_ what: String) {
        // Taken off the thread's error queue, so that the next failure on this thread does not report this one.
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else {
            description = what
            return
        }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        description =
            what + ": " + String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
