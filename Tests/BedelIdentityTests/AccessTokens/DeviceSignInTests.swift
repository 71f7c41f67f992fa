import BedelDomain
import Logging
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Device authorization (RFC 8628)")
struct DeviceSignInTests {
    private let clock = TestClock()
    private let house = MemoryHouse()
    private let devices: MemoryDevices
    private let context = RequestContext(requestID: "r", remoteAddress: "192.0.2.7")

    init() { devices = MemoryDevices(house) }

    private var service: DeviceSignInService {
        DeviceSignInService(store: devices, tokens: house, users: house, clock: clock)
    }

    private func principal(_ proof: Principal.Proof? = nil) async -> Principal {
        let identity = VerifiedIdentity(
            issuer: "i", subject: "s", login: "lucia", name: "Lucía", email: "", groups: [], isAdmin: false)
        let event = AuditEvent(system: "test", on: .platform, at: clock.now())
        return Principal(
            user: await house.signIn(identity, at: clock.now(), audit: event), roles: [:],
            proof: proof ?? .session(.random(at: clock.now())))
    }

    private func begin() async throws -> DeviceCodes {
        try await service.begin(
            client: "bedel on laptop", scopes: [.read, .submit], tokenLifetime: .seconds(86_400), in: context)
    }

    private func redeem(_ codes: DeviceCodes) async throws -> DeviceGrant {
        try await service.redeem(deviceCode: codes.deviceCode, in: context)
    }

    @Test func approvedProgramGetsATokenOnce() async throws {
        let codes = try await begin()
        #expect(try await redeem(codes) == .pending)
        let lucia = await principal()
        try await service.decide(userCode: codes.userCode, approve: true, by: lucia, in: context)
        let grant = try await redeem(codes)
        guard case .token(let token, let secret) = grant else {
            Issue.record("it got \(grant)")
            return
        }
        #expect(token.user == lucia.user && token.scopes == [.read, .submit])
        #expect(token.expiresAt == clock.now() + .seconds(86_400))
        let own = AccessTokenAuthenticator(tokens: house, users: house, clock: clock, logger: Logger(label: "test"))
        #expect(try await own.authenticate(secret).principal.login == "lucia")
        #expect(try await redeem(codes) == .invalid)
        #expect(await house.reasons(of: "token.created") == ["device authorization"])
    }

    @Test func codeMayBeTypedInAnyWay() async throws {
        let codes = try await begin()
        let typed = " " + codes.userCode.lowercased().replacing("-", with: " ") + "\n"
        #expect(try await service.look(userCode: typed, by: await principal()).client == "bedel on laptop")
        #expect(try await redeem(codes) == .pending)
    }

    @Test func deniedProgramLearnsIt() async throws {
        let codes = try await begin()
        try await service.decide(userCode: codes.userCode, approve: false, by: await principal(), in: context)
        #expect(try await redeem(codes) == .denied)
        let events = await house.events.filter { $0.action == "device.approve" }
        #expect(events.map(\.outcome) == [.denied])
        await #expect(throws: BedelError.self) {
            try await service.decide(userCode: codes.userCode, approve: true, by: await principal(), in: context)
        }
    }

    @Test func codesEndAfterTenMinutesApprovedOrNot() async throws {
        let (codes, approved) = (try await begin(), try await begin())
        try await service.decide(userCode: approved.userCode, approve: true, by: await principal(), in: context)
        clock.advance(.seconds(600))
        #expect(try await redeem(codes) == .expired)
        #expect(try await redeem(approved) == .expired)
        await #expect(throws: BedelError.self) {
            try await service.look(userCode: codes.userCode, by: await principal())
        }
    }

    @Test func tokenCannotLetAProgramIn() async throws {
        let codes = try await begin()
        let token = await principal(.accessToken(.random(at: clock.now()), Set(Scope.allCases)))
        let error = await #expect(throws: BedelError.self) {
            try await service.decide(userCode: codes.userCode, approve: true, by: token, in: context)
        }
        #expect(error?.code == .forbidden)
        #expect(try await redeem(codes) == .pending)
    }

    @Test func guessingEndsAfterTwentyTries() async throws {
        let lucia = await principal()
        let codes = try await begin()
        for _ in 0..<20 {
            let error = await #expect(throws: BedelError.self) {
                try await service.look(userCode: "BBBB-BBBB", by: lucia)
            }
            #expect(error?.code == .notFound)
        }
        // The right code is of no use any more, so nobody learns that it was.
        let error = await #expect(throws: BedelError.self) {
            try await service.look(userCode: codes.userCode, by: lucia)
        }
        #expect(error?.code == .tooManyRequests)
        clock.advance(.seconds(600))
        let fresh = try await begin()
        _ = try await service.look(userCode: fresh.userCode, by: lucia)
    }

    @Test func onlyHashesAreKept() async throws {
        let codes = try await begin()
        let kept = await devices.hashes.map(\.hex)
        #expect(kept.contains(Digest(bytes: SHA256.digest(of: Array(codes.deviceCode.utf8))).hex))
        #expect(!kept.contains(codes.deviceCode) && !kept.contains(codes.userCode))
    }

    @Test(arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "é", count: 4000)])
    func deviceCodeNobodyMadeIsInvalid(code: String) async throws {
        #expect(try await service.redeem(deviceCode: code, in: context) == .invalid)
    }

    @Test func wishesAreCheckedBeforeAnybodyIsAsked() async {
        let bad: [(String, Set<Scope>, Duration)] = [
            ("", [.read], .seconds(3600)), ("a\u{7}b", [.read], .seconds(3600)), ("x", [], .seconds(3600)),
            ("x", [.read], .seconds(367 * 86_400)), ("x", [.read], .seconds(1)),
        ]
        for (client, scopes, lifetime) in bad {
            await #expect(throws: BedelError.self) {
                try await service.begin(client: client, scopes: scopes, tokenLifetime: lifetime, in: context)
            }
        }
    }

    @Test(arguments: ["", "WDJB", "WDJB-MJHTX", "AEIO-UYAE", "WDJB-MJH1", "WDJB\u{0}MJHÑ", "12345678"])
    func whatIsNoUserCodeIsNone(text: String) {
        #expect(UserCode(typed: text) == nil)
    }

    @Test func userCodesAreEasyToReadAndHardToGuess() throws {
        let codes = (0..<200).map { _ in UserCode.random().text }
        #expect(Set(codes).count == 200)
        for code in codes {
            #expect(try /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/.wholeMatch(in: code) != nil)
            #expect(UserCode(typed: code)?.text == code)
        }
    }
}
