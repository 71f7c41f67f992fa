import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

/// A public key is known to everybody: whoever checks HS256 with its bytes lets everybody in (CVE-2016-5431 and its many
/// successors).
@Suite("A public key used as if it were a secret")
struct ConfusedKeyTests {
    enum Spelling: String, CaseIterable, Sendable {
        case pem = "PEM"
        case pemWithoutNewline = "PEM without newline"
        case der = "DER"
        case octets = "the octets of the modulus or the point"
        case jwk = "JWK text"
        case jwks = "JWKS text"
        case empty = "empty string"
        case zeroByte = "one zero byte"
    }

    @Test(
        "HS256 keyed by the public key, in every spelling", arguments: [TestKey.rsa, TestKey.ec], Spelling.allCases)
    func publicKeyIsNoSecret(key: TestKey, spelling: Spelling) async throws {
        try await HostileProvider.face({ $0.signingKey = key }) { provider, desk in
            _ = try await desk.enter()
            let good = try provider.accessToken()
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(good)) }
            for name in ["HS256", "HS384", "HS512"] {
                let header = JSONValue.object(key.header.merging(["alg": .string(name)]) { $1 })
                let input = Base64.urlEncoded(Array(header.text.utf8)) + "." + good.split(separator: ".")[1]
                let code = HMACSHA256.code(for: Array(input.utf8), key: Self.secret(of: key, spelling))
                await expectRefusal(.invalidToken, detail: "algorithm-not-allowed") {
                    try await desk.authenticator.authenticate(.bearer(input + "." + Base64.urlEncoded(code)))
                }
            }
        }
    }

    @Test func spellingsAreWhatOpenSSLWouldWrite() {
        let key = TestKey.rsa.key.publicKey
        let der = Self.der(of: key)
        // SEQUENCE of 290 bytes, as `openssl rsa -pubout -outform DER` makes it of every 2048-bit key.
        #expect(der.count == 294 && Array(der.prefix(4)) == [0x30, 0x82, 0x01, 0x22])
        let pem = Self.pem(of: key)
        #expect(pem.hasPrefix("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"))
        #expect(pem.split(separator: "\n").allSatisfy { $0.count <= 64 })
        #expect(Self.der(of: TestKey.ec.key.publicKey).count == 91)
    }

    private static func secret(of key: TestKey, _ spelling: Spelling) -> [UInt8] {
        let publicKey = key.key.publicKey
        let parts = publicKey.components
        switch spelling {
        case .pem: return Array(pem(of: publicKey).utf8)
        case .pemWithoutNewline: return Array(pem(of: publicKey).utf8.dropLast())
        case .der: return der(of: publicKey)
        case .octets: return parts["n"] ?? (parts["x"] ?? []) + (parts["y"] ?? [])
        case .jwk: return Array(JSONValue.object(key.members).text.utf8)
        case .jwks: return Array(JSONValue.object(["keys": [.object(key.members)]]).text.utf8)
        case .empty: return []
        case .zeroByte: return [0]
        }
    }

    private static func pem(of key: PublicKey) -> String {
        let text = Array(Base64.encoded(der(of: key)).utf8)
        let lines = stride(from: 0, to: text.count, by: 64).map {
            String(decoding: text[$0..<min($0 + 64, text.count)], as: UTF8.self)
        }
        return (["-----BEGIN PUBLIC KEY-----"] + lines + ["-----END PUBLIC KEY-----", ""]).joined(separator: "\n")
    }

    /// SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 3279, section 2.3.1; RFC 5480, section 2).
    private static func der(of key: PublicKey) -> [UInt8] {
        let parts = key.components
        if let modulus = parts["n"], let exponent = parts["e"] {
            let algorithm = element(0x30, [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0])
            let numbers = element(0x30, integer(modulus) + integer(exponent))
            return element(0x30, algorithm + element(3, [0] + numbers))
        }
        let algorithm = element(
            0x30, [6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7])
        return element(0x30, algorithm + element(3, [0, 4] + (parts["x"] ?? []) + (parts["y"] ?? [])))
    }

    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let short = Array(bytes.drop { $0 == 0 })
        return element(2, (short.first.map { $0 >= 0x80 } ?? true ? [0] : []) + short)
    }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case ..<128: [tag, UInt8(content.count)] + content
        case ..<256: [tag, 0x81, UInt8(content.count)] + content
        default: [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
        }
    }
}
