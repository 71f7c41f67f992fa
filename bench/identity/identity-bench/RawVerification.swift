import BedelDomain
import COpenSSL
import OpenSSL

/// One EVP_DigestVerify (EVP_DigestVerifyInit(3)) with a key that is ready, and nothing of ours around it.
final class RawVerification {
    struct Signed {
        let input: [UInt8]
        let signature: [UInt8]

        init(_ token: String) throws {
            let parts = token.split(separator: ".")
            guard parts.count == 3, let signature = Base64.urlDecoded(parts[2]) else {
                throw BedelError.internalFailure("no token")
            }
            input = Array("\(parts[0]).\(parts[1])".utf8)
            self.signature = signature
        }
    }

    private let key: OpaquePointer

    init(_ publicKey: PublicKey) throws {
        var parts = publicKey.components
        guard let modulus = parts.removeValue(forKey: "n"), let exponent = parts.removeValue(forKey: "e"),
            let rsa = Self.key(modulus, exponent)
        else { throw BedelError.internalFailure("no RSA key") }
        key = rsa
    }

    deinit { EVP_PKEY_free(key) }

    func verifies(_ signed: Signed) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return EVP_DigestVerify(
            context, signed.signature, signed.signature.count, signed.input, signed.input.count) == 1
    }

    private static func key(_ modulus: [UInt8], _ exponent: [UInt8]) -> OpaquePointer? {
        guard let list = OSSL_PARAM_BLD_new(), let maker = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
            return nil
        }
        let n = BN_bin2bn(modulus, Int32(modulus.count), nil)
        let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
        defer {
            OSSL_PARAM_BLD_free(list)
            EVP_PKEY_CTX_free(maker)
            BN_free(n)
            BN_free(e)
        }
        var key: OpaquePointer?
        return OSSL_PKEY_PARAM_RSA_N.withCString { nameOfN in
            OSSL_PKEY_PARAM_RSA_E.withCString { nameOfE in
                guard OSSL_PARAM_BLD_push_BN(list, nameOfN, n) == 1, OSSL_PARAM_BLD_push_BN(list, nameOfE, e) == 1,
                    let parameters = OSSL_PARAM_BLD_to_param(list), EVP_PKEY_fromdata_init(maker) == 1
                else { return nil }
                defer { OSSL_PARAM_free(parameters) }
                return EVP_PKEY_fromdata(maker, &key, openssl_public_key_selection(), parameters) == 1 ? key : nil
            }
        }
    }
}
