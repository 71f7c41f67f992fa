import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("The hash of the access token in an ID token")
struct AccessTokenHashTests {
    /// That of OpenID Connect Core, appendix A.3, whose `at_hash` there (RS256) is the first below; the others come from another
    /// implementation of SHA-2.
    private static let accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    private static let hashes = [
        256: "77QmUPtjPfzWtF2AnpK9RQ", 384: "jtAeDp945y1dDqU3nkIVGNZP1HjH_MFs",
        512: "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM",
    ]
    private let now = Timestamp(seconds: 1_800_000_000)

    private func fault(_ algorithm: SignatureAlgorithm, _ hash: JSONValue) -> TokenFault? {
        let rules = IDTokenRules(
            issuer: "https://id.example", clientID: "bedel", time: TimeRules(now: now, leeway: .seconds(30)))
        let claims: JSONValue = [
            "iss": "https://id.example", "aud": "bedel", "sub": "ana", "nonce": "n", "at_hash": hash,
            "iat": .integer(now.seconds), "exp": .integer(now.seconds + 300),
        ]
        do {
            _ = try rules.check(
                VerifiedToken(type: "jwt", claims: claims), nonce: "n", accessToken: Self.accessToken,
                algorithm: algorithm)
            return nil
        } catch { return error }
    }

    @Test(
        "the hash goes with the algorithm; Ed25519 takes SHA-512",
        arguments: zip(SignatureAlgorithm.allCases, [256, 384, 512, 256, 384, 512, 256, 384, 512, 512]))
    func itIsTheLeftHalfOfTheAlgorithmsOwnHash(algorithm: SignatureAlgorithm, bits: Int) throws {
        for (size, hash) in Self.hashes {
            #expect(fault(algorithm, .string(hash)) == (size == bits ? nil : .wrongAccessTokenHash), "\(size)")
        }
    }

    @Test("a hash that is cut, whole, padded, empty or no text", arguments: SignatureAlgorithm.allCases)
    func anythingElseIsRefused(algorithm: SignatureAlgorithm) {
        let whole = algorithm.hash(of: Array(Self.accessToken.utf8))
        let half = Base64.urlEncoded(Array(whole.prefix(whole.count / 2)))
        let bad: [JSONValue] = [
            .string(String(half.dropLast())), .string(Base64.urlEncoded(whole)), .string(half + "="), "", 7, .null,
            .array([.string(half)]),
        ]
        for hash in bad { #expect(fault(algorithm, hash) == .wrongAccessTokenHash, "\(hash)") }
    }
}
