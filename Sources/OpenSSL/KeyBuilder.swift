internal import COpenSSL

/// Puts a public key together from named parts (EVP_PKEY_fromdata(3)) and has libcrypto check it.
final class KeyBuilder {
    private let type: String
    private let parameters: OpaquePointer
    /// What libcrypto only borrows until the key is made, the names included.
    private var numbers: [OpaquePointer] = []
    private var buffers: [UnsafeMutableRawBufferPointer] = []

    init(_ type: String) throws(CryptoError) {
        guard let parameters = OSSL_PARAM_BLD_new() else { throw CryptoError("out of memory") }
        self.type = type
        self.parameters = parameters
    }

    deinit {
        OSSL_PARAM_BLD_free(parameters)
        numbers.forEach { BN_free($0) }
        buffers.forEach { $0.deallocate() }
    }

    func number(_ name: String, _ bytes: [UInt8]) throws(CryptoError) -> KeyBuilder {
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw CryptoError("not a number") }
        numbers.append(number)
        guard OSSL_PARAM_BLD_push_BN(parameters, keep(name), number) == 1 else {
            throw CryptoError("cannot set \(name)")
        }
        return self
    }

    func text(_ name: String, _ value: String) throws(CryptoError) -> KeyBuilder {
        guard OSSL_PARAM_BLD_push_utf8_string(parameters, keep(name), keep(value), value.utf8.count) == 1 else {
            throw CryptoError("cannot set \(name)")
        }
        return self
    }

    func octets(_ name: String, _ value: [UInt8]) throws(CryptoError) -> KeyBuilder {
        guard OSSL_PARAM_BLD_push_octet_string(parameters, keep(name), keep(value), value.count) == 1 else {
            throw CryptoError("cannot set \(name)")
        }
        return self
    }

    /// - Parameter checking: has libcrypto look at what it made, a point for its curve; whoever says no has looked.
    /// - Throws: ``CryptoError`` when the parts make no valid key, for example a point that is not on its curve.
    func publicKey(checking: Bool = true) throws(CryptoError) -> KeyHandle {
        guard let maker = EVP_PKEY_CTX_new_from_name(nil, type, nil), let list = OSSL_PARAM_BLD_to_param(parameters)
        else { throw CryptoError("cannot make a key of type \(type)") }
        defer {
            EVP_PKEY_CTX_free(maker)
            OSSL_PARAM_free(list)
        }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(maker) == 1,
            EVP_PKEY_fromdata(maker, &key, openssl_public_key_selection(), list) == 1,
            let key
        else { throw CryptoError("the parts make no \(type) key") }
        let handle = KeyHandle(owning: key)
        guard checking else { return handle }
        guard let check = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw CryptoError("out of memory") }
        defer { EVP_PKEY_CTX_free(check) }
        guard EVP_PKEY_public_check(check) == 1 else { throw CryptoError("the \(type) key is not valid") }
        return handle
    }

    /// With the zero byte at its end.
    private func keep(_ text: String) -> UnsafePointer<CChar> {
        UnsafePointer(keep(Array(text.utf8) + [0]).assumingMemoryBound(to: CChar.self))
    }

    private func keep(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        buffer.copyBytes(from: bytes)
        buffers.append(buffer)
        // An allocation of at least one byte always has a base address.
        return buffer.baseAddress.unsafelyUnwrapped
    }
}
