import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

/// Tokens that differ from a good one in a way that a lenient reader would overlook.
@Suite("Issuers and signatures that are nearly right")
struct TokenSpellingTests {
    @Test func issuerIsComparedLetterForLetter() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let issuer = provider.issuer
            let spellings = [
                issuer + "/", issuer + "?", issuer + "#", issuer + " ", issuer.uppercased(),
                "HTTP" + issuer.dropFirst(4), String(issuer.dropLast()) + "r", issuer.replacing("/R", with: "/%52"),
                issuer.replacing("127.0.0.1", with: "localhost"), String(issuer.dropLast()),
            ]
            for spelling in spellings {
                let token = try provider.accessToken(["iss": .string(spelling)])
                await expectRefusal(.invalidToken, detail: "unknown-issuer") {
                    try await desk.authenticator.authenticate(.bearer(token))
                }
                provider.change { $0.idToken = ["iss": .string(spelling)] }
                await expectRefusal(.signInFailed, detail: "wrong-issuer") { try await desk.signInOnce() }
            }
        }
    }

    @Test func memberThatIsNullIsNotAbsent() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let claims = try #require(JSONWebSignature(compact: try provider.accessToken()).claims)
            for (name, fault) in [("exp", "malformed"), ("iat", "malformed"), ("nbf", "malformed")] {
                var changed = claims
                changed[name] = .null
                let token = try provider.behaviour.signingKey.sign(changed)
                await expectRefusal(.invalidToken, detail: fault) {
                    try await desk.authenticator.authenticate(.bearer(token))
                }
            }
        }
    }

    @Test("ES256: DER, zero, the order, and every wrong length")
    func curveSignatureOfAnotherFormIsRefused() async throws {
        let order =
            Array(repeating: UInt8(0xFF), count: 4) + Array(repeating: 0, count: 4)
            + Array(repeating: 0xFF, count: 8)
            + [0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51]
        let below = order.dropLast() + [0x50]
        let zero = [UInt8](repeating: 0, count: 32)
        try await refuses(by: .ec) { signature in
            let (r, s) = (Array(signature.prefix(32)), Array(signature.suffix(32)))
            return [
                ConfusedKeyTests.element(0x30, ConfusedKeyTests.integer(r) + ConfusedKeyTests.integer(s)),
                zero + s, r + zero, zero + zero, order + s, r + order, below + s, r + below, order + order,
                Array(signature.dropLast()), Array(signature.dropFirst()), [0] + signature, signature + [0],
                signature + signature, Array(repeating: 1, count: 1000), [0],
                [0] + r + [0] + s,
            ]
        }
    }

    @Test("RS256: cut short, prefixed, with zeros after it")
    func rsaSignatureOfAnotherLengthIsRefused() async throws {
        try await refuses(by: .rsa) { signature in
            [
                Array(signature.dropLast()), Array(signature.dropFirst()), [0] + signature, signature + [0],
                signature + [0, 0, 0, 0], Array(repeating: 0, count: 256), Array(repeating: 0xFF, count: 256), [1],
                Array(signature.reversed()),
            ]
        }
    }

    @Test("Ed25519: of another length, or with the order added to s")
    func edwardsSignatureOfAnotherFormIsRefused() async throws {
        let order: [UInt8] =
            [
                0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
            ]
            + Array(repeating: 0, count: 15) + [0x10]
        try await refuses(by: .ed) { signature in
            var carry = 0
            let moved = zip(signature.suffix(32), order).map { digit, added -> UInt8 in
                let sum = Int(digit) + Int(added) + carry
                carry = sum >> 8
                return UInt8(sum & 0xFF)
            }
            return [
                Array(signature.prefix(32)) + moved, Array(signature.dropLast()), signature + [0],
                Array(repeating: 0, count: 64),
            ]
        }
    }

    private func refuses(by key: TestKey, _ forms: @escaping @Sendable ([UInt8]) -> [[UInt8]]) async throws {
        try await HostileProvider.face({ $0.signingKey = key }) { provider, desk in
            _ = try await desk.enter()
            let good = try provider.accessToken()
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(good)) }
            let parts = good.split(separator: ".")
            for form in forms(try #require(Base64.urlDecoded(parts[2]))) {
                await expectRefusal(.invalidToken, detail: "bad-signature") {
                    try await desk.authenticator.authenticate(
                        .bearer("\(parts[0]).\(parts[1]).\(Base64.urlEncoded(form))"))
                }
            }
        }
    }
}

extension JSONWebSignature {
    fileprivate var claims: [String: JSONValue]? { try? readClaims().object }
}
