internal import COpenSSL

/// A key made ready to check signatures by one algorithm. To make it ready costs a tenth of a check, so whoever checks more than
/// one signature keeps this.
///
/// `@unchecked Sendable` because the context is never used itself: every check copies it, which only reads it
/// (openssl-threads(7)), and changes its own copy.
package final class SignatureCheck: @unchecked Sendable {
    private let prepared: OpaquePointer
    private let key: PublicKey

    /// Nil when the algorithm is not for keys of that kind.
    package init?(_ key: PublicKey, by algorithm: SignatureAlgorithm) {
        guard algorithm.accepts(key.kind), let context = EVP_MD_CTX_new() else { return nil }
        defer { ERR_clear_error() }
        var options: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &options, algorithm.digest, nil, key.handle.pointer) == 1,
            !algorithm.isPSS || PSS.configure(options)
        else {
            EVP_MD_CTX_free(context)
            return nil
        }
        prepared = context
        self.key = key
    }

    deinit { EVP_MD_CTX_free(prepared) }

    /// As ``PublicKey/verifies(_:of:by:)``.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let signature = key.nativeForm(of: signature), let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_MD_CTX_copy_ex(context, prepared) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
