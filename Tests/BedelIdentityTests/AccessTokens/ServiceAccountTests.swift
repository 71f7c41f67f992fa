import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Service accounts: applications that call models")
struct ServiceAccountTests {
    private let clock = TestClock()
    private let house = MemoryHouse()
    private let accounts = MemoryServiceAccounts()
    private let context = RequestContext(requestID: "r", remoteAddress: "a")
    private let profile: Label
    private let name: Label
    private let teacher: Principal

    init() throws {
        profile = try #require(Label("ml-2026"))
        name = try #require(Label("gradebook"))
        teacher = Principal(
            user: .random(at: clock.now()), login: "prof", name: "", email: "", groups: [], isAdmin: false,
            roles: [profile: .teacher], proof: .session(.random(at: clock.now())))
    }

    private var service: ServiceAccountService {
        ServiceAccountService(store: accounts, tokens: house, clock: clock)
    }

    private func create(_ name: String = "gradebook") async throws -> ServiceAccount {
        try await service.create(name, title: "The grade book", in: profile, by: teacher, in: context)
    }

    private func issue() async throws -> (token: AccessToken, secret: String) {
        try await service.issueToken(
            "nightly", lifetime: .seconds(86_400), for: name, in: profile, by: teacher, in: context)
    }

    @Test func tokenIsTheAccountsAndMayOnlyPredict() async throws {
        let account = try await create()
        let (token, _) = try await issue()
        #expect(token.user == account.user)
        #expect(token.scopes == [.predict])
        #expect(try await service.tokens(of: name, in: profile) == [token])
        let facts = try #require(await house.events.last)
        #expect(facts.action == "service-account.token-created" && facts.actorName == "prof")
        #expect(facts.profile == profile && facts.facts["service_account"] == "gradebook")
    }

    @Test func disabledOneGetsNoToken() async throws {
        _ = try await create()
        try await service.setDisabled(true, name, in: profile, by: teacher, in: context)
        let error = await #expect(throws: BedelError.self) { try await issue() }
        #expect(error?.code == .conflict)
        try await service.setDisabled(false, name, in: profile, by: teacher, in: context)
        _ = try await issue()
        #expect(
            await accounts.events.map(\.action) == [
                "service-account.created", "service-account.disabled", "service-account.enabled",
            ])
    }

    @Test func tokenOfAnotherIsNotRevoked() async throws {
        _ = try await create()
        _ = try await create("other")
        let (token, _) = try await issue()
        let other = try #require(Label("other"))
        let error = await #expect(throws: BedelError.self) {
            try await service.revokeToken(token.id, of: other, in: profile, by: teacher, in: context)
        }
        #expect(error?.code == .notFound)
        try await service.revokeToken(token.id, of: name, in: profile, by: teacher, in: context)
        #expect(try await service.tokens(of: name, in: profile).map(\.revokedAt) == [clock.now()])
    }

    @Test func thereAreLimits() async throws {
        _ = try await create()
        for _ in 0..<10 { _ = try await issue() }
        let error = await #expect(throws: BedelError.self) { try await issue() }
        #expect(error?.code == .conflict)
        for number in 1..<50 { _ = try await create("app-\(number)") }
        let full = await #expect(throws: BedelError.self) { try await create("one-more") }
        #expect(full?.code == .conflict)
    }

    @Test(arguments: ["", "Grade Book", "a--b", "ñ", String(repeating: "a", count: 41)])
    func nameIsALabel(name: String) async {
        await #expect(throws: BedelError.self) { try await create(name) }
    }

    @Test func strangerToTheProfileIsNotFound() async throws {
        _ = try await create()
        let elsewhere = try #require(Label("lab"))
        let error = await #expect(throws: BedelError.self) { try await service.tokens(of: name, in: elsewhere) }
        #expect(error?.code == .notFound)
    }
}
