import OpenSSL
import Testing

@Suite("Signature verification against Wycheproof")
struct SignatureVectorTests {
    private struct ECGroup: Decodable {
        struct Key: Decodable { let uncompressed: String }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    private struct EdGroup: Decodable {
        struct Key: Decodable { let pk: String }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    private struct RSAGroup: Decodable {
        struct Key: Decodable {
            let modulus: String
            let publicExponent: String
        }
        let publicKey: Key
        let tests: [SignatureVector]
    }

    @Test(
        "ECDSA P-256 as r and s is decided as published",
        .enabled(if: Vectors.exist("ecdsa_secp256r1_sha256_p1363_test.json"), "the vectors are not beside the package"))
    func ecdsaVectorsAreDecidedAsPublished() throws {
        var decided = 0
        for group in try Wycheproof<ECGroup>("ecdsa_secp256r1_sha256_p1363_test.json").testGroups {
            let point = bytes(hex: group.publicKey.uncompressed)
            let key = try PublicKey.ec(.p256, x: Array(point[1..<33]), y: Array(point[33...]))
            decided += check(group.tests, key: key, algorithm: .es256)
        }
        report("ecdsa_secp256r1_sha256_p1363_test.json", decided)
        #expect(decided == 262)
    }

    @Test(
        "Ed25519 is decided as published",
        .enabled(if: Vectors.exist("ed25519_test.json"), "the vectors are not beside the package"))
    func ed25519VectorsAreDecidedAsPublished() throws {
        var decided = 0
        for group in try Wycheproof<EdGroup>("ed25519_test.json").testGroups {
            decided += check(group.tests, key: try .ed25519(bytes(hex: group.publicKey.pk)), algorithm: .edDSA)
        }
        report("ed25519_test.json", decided)
        #expect(decided == 151)
    }

    @Test(
        "RSASSA-PSS is decided as published",
        .enabled(if: Vectors.exist("rsa_pss_2048_sha256_mgf1_32_test.json"), "the vectors are not beside the package"))
    func pssVectorsAreDecidedAsPublished() throws {
        #expect(try checkRSA("rsa_pss_2048_sha256_mgf1_32_test.json", algorithm: .ps256) == 108)
    }

    @Test(
        "RSASSA-PKCS1-v1_5 is decided as published",
        .enabled(if: Vectors.exist("rsa_signature_2048_sha256_test.json"), "the vectors are not beside the package"))
    func pkcs1VectorsAreDecidedAsPublished() throws {
        #expect(try checkRSA("rsa_signature_2048_sha256_test.json", algorithm: .rs256) == 259)
    }

    private func checkRSA(_ file: String, algorithm: SignatureAlgorithm) throws -> Int {
        let decided = try Wycheproof<RSAGroup>(file).testGroups.reduce(0) { decided, group in
            let key = try PublicKey.rsa(
                modulus: bytes(hex: group.publicKey.modulus), exponent: bytes(hex: group.publicKey.publicExponent))
            return decided + check(group.tests, key: key, algorithm: algorithm)
        }
        report(file, decided)
        return decided
    }

    /// For `make oidc-conformance`, which shows it when every vector was decided as it should be.
    private func report(_ file: String, _ decided: Int) {
        print("wycheproof file=\(file) decided=\(decided) refused_on_purpose=0 faulty_left_out=0")
    }

    private func check(_ tests: [SignatureVector], key: PublicKey, algorithm: SignatureAlgorithm) -> Int {
        for test in tests {
            let accepted = key.verifies(bytes(hex: test.sig), of: bytes(hex: test.msg), by: algorithm)
            #expect(test.agrees(with: accepted), "\(algorithm.rawValue) \(test.tcId): \(test.comment) \(test.flags)")
        }
        return tests.count
    }
}
