import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Key sets")
struct KeySetTests {
    private func set(_ keys: [JSONValue]) throws -> JSONWebKeySet {
        try #require(JSONWebKeySet(Array(JSONValue.object(["keys": .array(keys)]).text.utf8)))
    }

    private func changed(_ changes: [String: JSONValue], of key: TestKey = .rsa) -> JSONValue {
        var members = key.members
        for (name, value) in changes { members[name] = value == .null ? nil : value }
        return .object(members)
    }

    @Test(
        arguments: [
            ["kty": "future"], ["kty": "oct", "k": "AAAA"], ["kty": 7], ["use": "enc"], ["use": 7],
            ["key_ops": ["encrypt"]],
            ["key_ops": "verify"], ["alg": "RSA-OAEP"], ["alg": "HS256"], ["alg": "ES256"], ["alg": .array([])],
            ["n": .null],
            ["n": ""], ["n": "!!"], ["n": "AQAB"], ["e": "AQ"], ["e": ""], ["kid": 7],
            ["n": .string(Base64.urlEncoded(Array(repeating: 0xFF, count: 64)))],
            ["n": .string(Base64.urlEncoded(Array(repeating: 0xFF, count: 128)))],
            ["n": .string(Base64.urlEncoded(Array(repeating: 0xFF, count: 4096)))],
        ] as [[String: JSONValue]])
    func badKeyIsLeftOutAndDisablesNoOther(changes: [String: JSONValue]) throws {
        let keys = try set([changed(changes), .object(TestKey.ec.members), .object(TestKey.ed.members)])
        #expect(keys.keys.map(\.id) == ["ec-1", "ed-1"])
    }

    @Test(arguments: [["crv": "P-384"], ["crv": "secp256k1"], ["x": "AAAA"], ["y": .null]] as [[String: JSONValue]])
    func badCurvePointIsLeftOut(changes: [String: JSONValue]) throws {
        #expect(try set([changed(changes, of: .ec), .object(TestKey.ed.members)]).keys.map(\.id) == ["ed-1"])
    }

    @Test func nonsenseAmongTheKeysIsLeftOut() throws {
        #expect(try set([.null, 7, "x", [], .object([:]), .object(TestKey.ec.members)]).keys.count == 1)
    }

    @Test func nameThatStandsThereTwiceNamesNobody() throws {
        let keys = try set([
            .object(TestKey.rsa.members), changed(["kid": "rsa-1"], of: .otherRSA), .object(TestKey.ec.members),
        ])
        #expect(keys.key(id: "rsa-1", for: .rs256) == nil)
        #expect(keys.key(id: "ec-1", for: .es256) != nil)
    }

    @Test func privateAndCertificateMembersAreNotLookedAt() throws {
        let key = changed(["d": "AAAA", "p": "AAAA", "x5c": ["broken"], "x5u": "http://canary.example/"])
        #expect(try set([key]).keys.count == 1)
    }

    @Test func keyWithoutAlgorithmServesItsKindOnly() throws {
        let key = try #require(JSONWebKey(changed(["alg": .null])))
        #expect(SignatureAlgorithm.allCases.filter(key.allows) == [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
        let curve = try #require(JSONWebKey(changed(["alg": .null], of: .ec)))
        #expect(SignatureAlgorithm.allCases.filter(curve.allows) == [.es256])
    }

    @Test func tenThousandKeysAreNotAllRead() throws {
        let keys = try set(Array(repeating: JSONValue.object([:]), count: 10_000) + [.object(TestKey.ec.members)])
        #expect(keys.keys.isEmpty)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[],"keys":[]}"#, "null"])
    func whatIsNoKeySetIsNone(text: String) {
        #expect(JSONWebKeySet(Array(text.utf8)) == nil)
    }

    /// RFC 7638, section 3.1.
    @Test func thumbprintIsThePublishedOne() throws {
        let modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
            + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajr"
            + "n1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        let key = try PublicKey.rsa(modulus: try #require(Base64.urlDecoded(modulus)), exponent: [1, 0, 1])
        #expect(JSONWebKey.thumbprint(of: key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }
}
