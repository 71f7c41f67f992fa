import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Several providers side by side")
struct SeveralProvidersTests {
    private static func face(
        _ body: @escaping @Sendable (HostileProvider, HostileProvider, Desk) async throws -> Void
    ) async throws {
        try await HostileProvider.run { one in
            try await HostileProvider.run(clock: one.clock) { other in
                let providers = [try one.configuration(), try other.configuration()]
                try await Desk.open(providers, clock: one.clock) { try await body(one, other, $0) }
            }
        }
    }

    @Test func oneSubjectAtTwoProvidersIsTwoPeople() async throws {
        try await Self.face { one, other, desk in
            let first = try await desk.enter(at: one)
            let second = try await desk.enter(at: other)
            #expect(first.user != second.user)
            let people = await desk.house.users()
            #expect(Set(people.map(\.subject)).count == 1)
            #expect(Set(people.map(\.issuer)) == [one.issuer, other.issuer])
        }
    }

    @Test func oneProviderAwayDoesNotKeepThePeopleOfTheOtherOut() async throws {
        try await Self.face { one, other, desk in
            one.change { $0.discovery = .status(503) }
            await expectRefusal(.providerUnavailable) {
                try await desk.signIn.begin(SignInWish(returnTo: "/", issuer: one.issuer))
            }
            let principal = try await desk.enter(at: other)
            #expect(principal.login == "lucia.villagran")
        }
    }

    @Test func anAnswerOfOneIsNotTakenForTheOthers() async throws {
        try await Self.face { one, other, desk in
            one.change { $0.responseIssuer = .other(other.issuer) }
            let redirect = try await desk.signIn.begin(SignInWish(returnTo: "/", issuer: one.issuer))
            let query = try await desk.visit(redirect)
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(other.hits("token") == 0)
        }
    }

    @Test func aProviderThatIsNoneOfOursIsRefused() async throws {
        try await Self.face { _, _, desk in
            await expectRefusal(.invalidRequest) {
                try await desk.signIn.begin(SignInWish(returnTo: "/", issuer: "https://evil.example"))
            }
        }
    }
}

extension Desk {
    /// The whole way, at one of several.
    func enter(at provider: HostileProvider) async throws -> Principal {
        let redirect = try await signIn.begin(SignInWish(returnTo: "/", issuer: provider.issuer))
        return try await principal(of: try await complete(try await visit(redirect), browser: redirect.browser))
    }
}
