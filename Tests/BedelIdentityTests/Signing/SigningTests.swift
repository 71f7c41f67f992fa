import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Assertions and receipts")
struct SigningTests {
    private let clock = TestClock()
    private let upstream = "http://digits.ml-2026.internal"

    private func configuration(_ base: String = "http://localhost:8080") throws -> IdentityConfiguration {
        let provider = try ProviderConfiguration(
            issuer: "https://id.uni.example", clientID: "bedel", clientSecret: nil, adminGroup: nil)
        return try IdentityConfiguration(base: base, providers: [provider])
    }

    private func principal(_ proof: Principal.Proof, groups: [String] = ["ml-2026-students", "ñ"]) throws -> Principal {
        Principal(
            user: .random(at: clock.now()), login: "lucia", name: "Lucía \"L\"", email: "l@uni.example", groups: groups,
            isAdmin: false, roles: [try #require(Label("ml-2026")): .student, try #require(Label("lab")): .teacher],
            proof: proof)
    }

    @Test func principalSurvivesItsAssertionWhateverTheProof() throws {
        let place = try TemporaryDirectory()
        let service = try AssertionService(
            directory: KeyDirectory(path: place.path), configuration: configuration(), clock: clock)
        let proofs: [Principal.Proof] = [
            .session(.random(at: clock.now())), .accessToken(.random(at: clock.now()), [.read, .submit]),
            .providerToken, .system,
        ]
        for proof in proofs {
            let principal = try principal(proof)
            let (token, reusable) = try service.assertion(for: principal, audience: upstream)
            #expect(try service.verify(token, audience: upstream) == principal)
            #expect(reusable == clock.now() + .seconds(30))
            #expect(token.utf8.count < 1500)
        }
    }

    @Test func assertionIsForOneUpstreamAndOneMinute() throws {
        let place = try TemporaryDirectory()
        let service = try AssertionService(
            directory: KeyDirectory(path: place.path), configuration: configuration(), clock: clock)
        let (token, _) = try service.assertion(for: try principal(.system), audience: upstream)
        #expect(throws: BedelError.self) { try service.verify(token, audience: "http://other.internal") }
        clock.advance(.seconds(64))
        _ = try service.verify(token, audience: upstream)
        clock.advance(.seconds(1))
        let refused = #expect(throws: BedelError.self) { try service.verify(token, audience: upstream) }
        #expect(refused?.code == .expiredToken)
    }

    @Test func assertionOfAnotherHouseOrAnotherKindIsRefused() throws {
        let place = try TemporaryDirectory()
        let other = try TemporaryDirectory()
        let directory = try KeyDirectory(path: place.path)
        let service = try AssertionService(directory: directory, configuration: configuration(), clock: clock)
        let strange = try AssertionService(
            directory: KeyDirectory(path: other.path), configuration: configuration(), clock: clock)
        let renamed = try AssertionService(
            directory: directory, configuration: configuration("http://localhost:9090"), clock: clock)
        for maker in [strange, renamed] {
            let (token, _) = try maker.assertion(for: try principal(.system), audience: upstream)
            #expect(throws: BedelError.self) { try service.verify(token, audience: upstream) }
        }
        let sameKey = try TokenSigner(key: directory.signingKey("assertion", .p256), algorithm: .es256, type: "jwt")
        let untyped = try sameKey.sign(["iss": "http://localhost:8080"])
        #expect(throws: BedelError.self) { try service.verify(untyped, audience: upstream) }
        #expect(throws: BedelError.self) { try service.verify("", audience: upstream) }
    }

    @Test func somebodyInAThousandGroupsStillFitsInAHeader() throws {
        let place = try TemporaryDirectory()
        let service = try AssertionService(
            directory: KeyDirectory(path: place.path), configuration: configuration(), clock: clock)
        let many = try principal(.system, groups: (0..<1000).map { "department-\($0)" })
        let (token, _) = try service.assertion(for: many, audience: upstream)
        let back = try service.verify(token, audience: upstream)
        #expect(token.utf8.count < 12_000)
        #expect(back.roles == many.roles)
        #expect(many.groups.starts(with: back.groups))
    }

    /// Whoever has the published set needs nothing else of ours.
    @Test func publishedKeyChecksAnAssertion() throws {
        let place = try TemporaryDirectory()
        let service = try AssertionService(
            directory: KeyDirectory(path: place.path), configuration: configuration(), clock: clock)
        let (text, _) = try service.assertion(for: try principal(.system), audience: upstream)
        let token = try JSONWebSignature(compact: text)
        let keys = try #require(JSONWebKeySet(Array(service.publicKeys.utf8)))
        let key = try #require(keys.key(id: token.keyID, for: .es256))
        #expect(token.isSigned(with: key))
        #expect(!service.publicKeys.contains("\"d\""))
    }

    /// An upstream may keep our keys for as long as it likes between two turns: it meets no key it does not know.
    @Test func turnOfTheKeyIsNoticedByNobody() throws {
        let place = try TemporaryDirectory()
        let directory = try KeyDirectory(path: place.path)
        func service() throws -> AssertionService {
            try AssertionService(directory: directory, configuration: configuration(), clock: clock)
        }
        let who = try principal(.system)
        let before = try service()
        let (old, _) = try before.assertion(for: who, audience: upstream)
        try directory.rotateAssertionKey()
        let after = try service()
        let (new, _) = try after.assertion(for: who, audience: upstream)
        let (oldToken, newToken) = (try JSONWebSignature(compact: old), try JSONWebSignature(compact: new))
        #expect(oldToken.keyID != newToken.keyID)
        // Two processes, of which only one was started anew, and an upstream that has not looked since.
        #expect(try after.verify(old, audience: upstream) == who)
        #expect(try before.verify(new, audience: upstream) == who)
        for published in [before.publicKeys, after.publicKeys] {
            let keys = try #require(JSONWebKeySet(Array(published.utf8)))
            for token in [oldToken, newToken] {
                #expect(try token.isSigned(with: #require(keys.key(id: token.keyID, for: .es256))))
            }
            #expect(!published.contains("\"d\""))
        }
        try directory.rotateAssertionKey()
        let later = try service()
        #expect(try later.verify(new, audience: upstream) == who)
        #expect(throws: BedelError.self) { try later.verify(old, audience: upstream) }
    }

    private func receipt() throws -> Receipt {
        Receipt(
            version: .random(at: clock.now()), profile: try #require(Label("ml-2026")),
            model: try #require(Label("digits")),
            number: 3, user: .random(at: clock.now()), login: "lucia", bundle: Digest(bytes: SHA256.digest(of: [1])),
            size: 123_456_789, source: .git, receivedAt: clock.now() + .microseconds(123_456), sequence: 42)
    }

    @Test func receiptSurvivesAndOneChangedCharacterSpoilsIt() throws {
        let place = try TemporaryDirectory()
        let service = try ReceiptService(directory: KeyDirectory(path: place.path), configuration: configuration())
        let receipt = try receipt()
        let text = try service.sign(receipt)
        #expect(try service.verify(text) == receipt)
        let reopened = try ReceiptService(directory: KeyDirectory(path: place.path), configuration: configuration())
        #expect(try reopened.verify(text) == receipt)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(throws: BedelError.self) { try service.verify(changed) }
        }
    }

    @Test func assertionIsNoReceipt() throws {
        let place = try TemporaryDirectory()
        let directory = try KeyDirectory(path: place.path)
        let receipts = try ReceiptService(directory: directory, configuration: configuration())
        let assertions = try AssertionService(directory: directory, configuration: configuration(), clock: clock)
        let (assertion, _) = try assertions.assertion(for: try principal(.system), audience: upstream)
        #expect(throws: BedelError.self) { try receipts.verify(assertion) }
        let text = try receipts.sign(try receipt())
        #expect(throws: BedelError.self) { try assertions.verify(text, audience: upstream) }
    }
}
