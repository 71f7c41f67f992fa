import BedelDomain
import Logging
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Access tokens of our own")
struct AccessTokenTests {
    private let clock = TestClock()
    private let house = MemoryHouse()
    private let context = RequestContext(requestID: "r", remoteAddress: "a")

    private var service: AccessTokenService { AccessTokenService(store: house, clock: clock) }
    private var authenticator: AccessTokenAuthenticator {
        AccessTokenAuthenticator(tokens: house, users: house, clock: clock, logger: Logger(label: "test"))
    }

    private func principal(_ proof: Principal.Proof = .session(.random(at: Timestamp(seconds: 0)))) async -> Principal {
        let identity = VerifiedIdentity(
            issuer: "i", subject: "s", login: "lucia", name: "Lucía", email: "", groups: [], isAdmin: false)
        let event = AuditEvent(system: "test", on: .platform, at: clock.now())
        return Principal(user: await house.signIn(identity, at: clock.now(), audit: event), roles: [:], proof: proof)
    }

    private func issue(_ scopes: Set<Scope> = [.read], lifetime: Duration = .seconds(3600)) async throws -> (
        AccessToken, String
    ) {
        try await service.issue(name: "git", scopes: scopes, lifetime: lifetime, to: await principal(), in: context)
    }

    @Test func tokenLetsItsOwnerInWithItsScopes() async throws {
        let (token, text) = try await issue([.read, .submit])
        let (who, until) = try await authenticator.authenticate(text)
        #expect(who.login == "lucia")
        #expect(who.proof == .accessToken(token.id, [.read, .submit]))
        #expect(until == clock.now() + .seconds(60))
    }

    @Test func tokenLooksAsScannersExpectIt() async throws {
        let (_, text) = try await issue()
        #expect(try /bdl_[0-9a-z]{26}_[0-9A-Za-z]{46}/.wholeMatch(in: text) != nil)
    }

    @Test func onlyTheHashIsKept() async throws {
        let (token, text) = try await issue()
        let kept = try #require(await house.find(token.id))
        let secret = try #require(text.split(separator: "_").last)
        #expect(kept.secretHash.hex == Digest(bytes: SHA256.digest(of: Array(secret.utf8))).hex)
        let trail = await house.events.map { "\($0)" }.joined()
        #expect(!trail.contains(secret))
    }

    @Test func everyMistypedCharacterIsCaughtByTheChecksum() async throws {
        let (_, text) = try await issue()
        let start = text.index(text.startIndex, offsetBy: 31)
        for index in text[start...].indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "7" ? "8" : "7")
            #expect(throws: TokenFault.badChecksum) { try AccessTokenText(parsing: changed) }
        }
    }

    @Test(arguments: [
        "", "bdl_", "bdl__", "bdl_x_y", "bdl_\(String(repeating: "a", count: 26))_", "BDL_a_b", "bdl_a_b_c", "bdl_é_é",
    ])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(throws: TokenFault.self) { try AccessTokenText(parsing: text) }
    }

    @Test func rightIDWithAnotherSecretIsRefused() async throws {
        let (token, _) = try await issue()
        await #expect(throws: TokenFault.unknownToken) {
            try await authenticator.authenticate(AccessTokenText(id: token.id).text)
        }
    }

    @Test func tokenNobodyMadeIsRefused() async throws {
        let text = AccessTokenText(id: .random(at: clock.now())).text
        await #expect(throws: TokenFault.unknownToken) { try await authenticator.authenticate(text) }
    }

    @Test func expiredTokenIsRefused() async throws {
        let (_, text) = try await issue(lifetime: .seconds(90))
        clock.advance(.seconds(60))
        #expect(try await authenticator.authenticate(text).until == clock.now() + .seconds(30))
        clock.advance(.seconds(30))
        await #expect(throws: TokenFault.expired) { try await authenticator.authenticate(text) }
    }

    @Test func revokedTokenIsRefused() async throws {
        let (token, text) = try await issue()
        try await service.revoke(token.id, by: await principal(), in: context)
        await #expect(throws: TokenFault.revoked) { try await authenticator.authenticate(text) }
        #expect(await house.events.map(\.action) == ["test", "token.created", "test", "token.revoked"])
    }

    @Test func someoneElsesTokenIsNotFound() async throws {
        let (token, text) = try await issue()
        let me = await principal()
        let stranger = Principal(
            user: .random(at: clock.now()), login: "x", name: "", email: "", groups: [], isAdmin: true, roles: [:],
            proof: me.proof)
        await expectRefusal(.notFound) { try await service.revoke(token.id, by: stranger, in: context) }
        #expect(try await authenticator.authenticate(text).principal.login == "lucia")
    }

    @Test func useIsMarkedOnceAMinute() async throws {
        let (_, text) = try await issue()
        for _ in 0..<5 { _ = try await authenticator.authenticate(text) }
        #expect(await house.marks == 1)
        clock.advance(.seconds(60))
        _ = try await authenticator.authenticate(text)
        #expect(await house.marks == 2)
    }

    @Test func tokenCannotMakeAMightierOne() async throws {
        let weak = await principal(.accessToken(.random(at: clock.now()), [.manage, .read]))
        await expectRefusal(.forbidden) {
            try await service.issue(name: "x", scopes: [.submit], lifetime: .seconds(3600), to: weak, in: context)
        }
        await expectAdmission {
            try await service.issue(name: "x", scopes: [.read], lifetime: .seconds(3600), to: weak, in: context)
        }
    }

    @Test(arguments: [
        ("", [Scope.read], 3600), ("   ", [.read], 3600), ("a\nb", [.read], 3600),
        (String(repeating: "a", count: 101), [.read], 3600),
        ("x", [], 3600), ("x", [.read], 59), ("x", [.read], 367 * 86_400), ("x", [.read], -1),
    ])
    func tokenWithoutNameScopeOrEndIsNotMade(name: String, scopes: [Scope], seconds: Int) async {
        let owner = await principal()
        await expectRefusal {
            try await service.issue(
                name: name, scopes: Set(scopes), lifetime: .seconds(seconds), to: owner, in: context)
        }
    }

    @Test func whoeverHoldsATokenMayGiveItUp() async throws {
        let (token, text) = try await issue()
        try await service.surrender("nonsense", in: context)
        try await service.surrender(AccessTokenText(id: token.id).text, in: context)
        #expect(try await authenticator.authenticate(text).principal.login == "lucia")
        try await service.surrender(text, in: context)
        await #expect(throws: TokenFault.revoked) { try await authenticator.authenticate(text) }
        try await service.surrender(text, in: context)
        #expect(await house.events.filter { $0.action == "token.revoked" }.count == 1)
    }
}
