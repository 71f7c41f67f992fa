import OpenSSL
import Testing

@Suite("Keys")
struct KeyTests {
    @Test(arguments: [PrivateKey.Kind.p256, .ed25519, .rsa2048])
    func privateKeySurvivesItsPEMForm(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let again = try PrivateKey(pem: try key.pem())
        #expect(again.publicKey.kind == key.publicKey.kind)
        #expect(again.publicKey.components == key.publicKey.components)
    }

    @Test(arguments: [
        (PrivateKey.Kind.p256, [SignatureAlgorithm.es256]), (.ed25519, [.edDSA]),
        (.rsa2048, [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]),
    ])
    func signatureVerifiesAndNothingElseDoes(kind: PrivateKey.Kind, algorithms: [SignatureAlgorithm]) throws {
        let key = try PrivateKey.generate(kind)
        let message = Array("the porter".utf8)
        for algorithm in algorithms {
            let signature = try key.sign(message, by: algorithm)
            #expect(key.publicKey.verifies(signature, of: message, by: algorithm))
            #expect(!key.publicKey.verifies(signature, of: message + [0], by: algorithm))
            #expect(
                !key.publicKey.verifies(
                    signature.dropLast() + [signature.last.map { $0 ^ 1 } ?? 0], of: message, by: algorithm))
            #expect(!key.publicKey.verifies(signature + [0], of: message, by: algorithm))
            #expect(!key.publicKey.verifies([], of: message, by: algorithm))
            for other in SignatureAlgorithm.allCases where other != algorithm {
                #expect(!key.publicKey.verifies(signature, of: message, by: other))
            }
        }
    }

    @Test func publicKeyIsTheSameAfterItsComponents() throws {
        let ec = try PrivateKey.generate(.p256).publicKey
        let parts = ec.components
        let again = try PublicKey.ec(.p256, x: try #require(parts["x"]), y: try #require(parts["y"]))
        #expect(again.components == parts)
        let rsa = try PrivateKey.generate(.rsa2048).publicKey
        let rsaParts = rsa.components
        let rsaAgain = try PublicKey.rsa(modulus: try #require(rsaParts["n"]), exponent: try #require(rsaParts["e"]))
        #expect(rsaAgain.components == rsaParts)
        #expect(rsa.kind == .rsa(bits: 2048))
    }

    @Test func pointOffTheCurveIsRefused() throws {
        let parts = try PrivateKey.generate(.p256).publicKey.components
        let x = try #require(parts["x"])
        var y = try #require(parts["y"])
        y[31] ^= 1
        #expect(throws: CryptoError.self) { try PublicKey.ec(.p256, x: x, y: y) }
        #expect(throws: CryptoError.self) { try PublicKey.ec(.p384, x: x, y: y) }
        #expect(throws: CryptoError.self) {
            try PublicKey.ec(.p256, x: Array(repeating: 0, count: 32), y: Array(repeating: 0, count: 32))
        }
    }

    @Test(arguments: [
        ([UInt8](), [UInt8]([1, 0, 1])), (Array(repeating: 0xff, count: 128), [1, 0, 1]),
        (Array(repeating: 0xff, count: 256), [1]), (Array(repeating: 0xff, count: 256), [1, 0, 0]),
        (Array(repeating: 0xff, count: 256), []), (Array(repeating: 0xff, count: 2048), [1, 0, 1]),
        (Array(repeating: 0xff, count: 255) + [0xfe], [1, 0, 1]),
        (Array(repeating: 0xff, count: 256), Array(repeating: 0xff, count: 9)),
    ])
    func rsaKeyOutOfBoundsIsRefused(modulus: [UInt8], exponent: [UInt8]) {
        #expect(throws: CryptoError.self) { try PublicKey.rsa(modulus: modulus, exponent: exponent) }
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "nonsense"])
    func whatIsNoPEMIsRefused(text: String) {
        #expect(throws: CryptoError.self) { try PrivateKey(pem: text) }
    }

    @Test func keyOfTheWrongKindDoesNotSign() throws {
        let key = try PrivateKey.generate(.ed25519)
        #expect(throws: CryptoError.self) { try key.sign([1], by: .es256) }
    }
}
