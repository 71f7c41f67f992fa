import Testing

@testable import BedelIdentity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Wycheproof's JWS and JWK vectors, decided as published except where this says so and why.
@Suite("JSON Web Signatures against Wycheproof")
struct JSONWebSignatureVectorTests {
    private struct File: Decodable {
        struct Group: Decodable {
            struct Test: Decodable {
                let tcId: Int
                let comment: String
                let jws: Token?
                let result: String
            }
            let comment: String
            let tests: [Test]
        }
        let testGroups: [Group]
    }

    /// A few tokens are given in JSON serialisation instead of as a string: no compact token, so refused.
    private enum Token: Decodable {
        case compact(String)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? decoder.singleValueContainer().decode(String.self)).map(Token.compact) ?? .other
        }
    }

    /// Published as equal to a valid token yet invalid, or valid with a wrong code: the file is wrong.
    private static let faulty: Set<Int> = [367, 370, 372, 373]

    /// Valid by the letter, refused here on purpose.
    private static func refusal(of test: Int, algorithm: String?) -> String? {
        switch algorithm {
        case "HS256", "HS384", "HS512": "whoever can check a symmetric code can make one"
        case "PS256" where [346, 350].contains(test): "the key says PS256 and the token PS384: one algorithm a key"
        case "ES521": "the key names an algorithm that does not exist"
        default: nil
        }
    }

    @Test(
        "json_web_signature is decided as published",
        .enabled(if: Vectors.exist("json_web_signature_test.json"), "the vectors are not beside the package"))
    func signatureVectors() throws {
        let outcome = try decide("json_web_signature_test.json", leavingOut: Self.faulty)
        #expect(outcome.decided == 397)
        #expect(outcome.refusedOnPurpose == 12)
    }

    @Test(
        "json_web_key is decided as published",
        .enabled(if: Vectors.exist("json_web_key_test.json"), "the vectors are not beside the package"))
    func keyVectors() throws {
        let outcome = try decide("json_web_key_test.json")
        #expect(outcome.decided == 26)
        #expect(outcome.refusedOnPurpose == 4)
    }

    @Test(
        "json_web_crypto is decided as published, its encrypted tokens refused",
        .enabled(if: Vectors.exist("json_web_crypto_test.json"), "the vectors are not beside the package"))
    func cryptoVectors() throws {
        let outcome = try decide("json_web_crypto_test.json")
        #expect(outcome.decided == 49)
        #expect(outcome.refusedOnPurpose == 2)
    }

    private func decide(_ file: String, leavingOut: Set<Int> = []) throws -> (decided: Int, refusedOnPurpose: Int) {
        let bytes = try Vectors.bytes(file)
        let keys = try keySets(in: bytes)
        let groups = try JSONDecoder().decode(File.self, from: Data(bytes)).testGroups
        #expect(keys.count == groups.count)
        var decided = 0
        var refusedOnPurpose = 0
        for (group, key) in zip(groups, keys) {
            for test in group.tests where !leavingOut.contains(test.tcId) {
                guard let token = test.jws else { continue }
                decided += 1
                let accepted = accepts(token, key.set)
                let onPurpose = Self.refusal(of: test.tcId, algorithm: key.algorithm) != nil && test.result == "valid"
                if onPurpose { refusedOnPurpose += 1 }
                #expect(
                    accepted == (test.result == "valid" && !onPurpose),
                    "\(file) \(test.tcId) \(group.comment): \(test.comment)")
            }
        }
        // For `make oidc-conformance`, which shows it when every vector was decided as it should be.
        print(
            "wycheproof file=\(file) decided=\(decided) refused_on_purpose=\(refusedOnPurpose)",
            "faulty_left_out=\(leavingOut.count)")
        return (decided, refusedOnPurpose)
    }

    private func accepts(_ token: Token, _ keys: JSONWebKeySet?) -> Bool {
        guard case .compact(let text) = token, let keys, let jws = try? JSONWebSignature(compact: text),
            let key = keys.key(id: jws.keyID, for: jws.algorithm) ?? (keys.keys.count == 1 ? keys.keys.first : nil)
        else { return false }
        return jws.isSigned(with: key)
    }

    /// The public key (or set) of each group, given to our own reader.
    private func keySets(in bytes: [UInt8]) throws -> [(set: JSONWebKeySet?, algorithm: String?)] {
        let file = try #require(JSONReader.read(bytes))
        return try #require(file["testGroups"]?.array).map { group in
            let given = try #require(group["public"] ?? group["private"])
            let listed = given["keys"]?.array ?? [given]
            let set = JSONWebKeySet(Array(JSONValue.object(["keys": .array(listed)]).text.utf8))
            return (set, listed.first?["alg"]?.string)
        }
    }
}
