internal import COpenSSL

/// Owns one `EVP_PKEY`.
///
/// `@unchecked Sendable` because the pointer is constant, what it points to is never changed after it was made, and
/// libcrypto allows any number of threads to use one key for signing and verifying (openssl-threads(7)).
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    func number(_ name: String) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { return nil }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
        BN_bn2bin(number, &bytes)
        return bytes
    }

    func octets(_ name: String) -> [UInt8]? {
        var count = 0
        guard EVP_PKEY_get_octet_string_param(pointer, name, nil, 0, &count) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_get_octet_string_param(pointer, name, &bytes, count, &count) == 1 else { return nil }
        return Array(bytes.prefix(count))
    }
}
