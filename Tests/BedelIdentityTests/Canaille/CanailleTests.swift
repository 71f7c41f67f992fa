import BedelDomain
import Testing

@testable import BedelIdentity

/// Against a provider that nobody here wrote.
@Suite("With a real Canaille")
struct CanailleTests {
    @Test(.timeLimit(.minutes(2)))
    func peopleOfTheDemoSignInAndOut() async throws {
        try await Canaille.run { canaille in
            try await Desk.open([canaille.configuration], clock: WallClock()) { desk in
                let student = try await enter(desk, "lucia.villagran", returnTo: "/profiles/ml-2026")
                #expect(student.returnTo == "/profiles/ml-2026")
                let lucia = try await desk.principal(of: student)
                #expect(lucia.name == "Lucía Villagrán Yáñez")
                #expect(lucia.email == "lucia.villagran@alumnos.uni.example")
                #expect(lucia.groups == ["ml-2026-students"])
                #expect(!lucia.isAdmin)

                let admin = try await desk.principal(of: try await enter(desk, "pilar.oyarzun"))
                #expect(admin.isAdmin)
                let teacher = try await desk.principal(of: try await enter(desk, "ernesto.saavedra"))
                #expect(teacher.groups == ["ml-2026-teachers"])

                try await checkThatIDTokensOpenNothing(desk)

                let location = try #require(try await desk.signOut(lucia))
                #expect(location.hasPrefix(canaille.configuration.issuer.text + "/oauth/end_session?"))
                #expect(location.contains("id_token_hint="))
                await expectRefusal(.signInRequired) { try await desk.principal(of: student) }
            }
        }
    }

    /// Canaille's ID and access tokens cannot be told apart, so neither opens our door.
    private func checkThatIDTokensOpenNothing(_ desk: Desk) async throws {
        let session = try #require(await desk.house.openSessions.first)
        let keys = KeyRing([KeyRing.Key(id: "k1", secret: Array(repeating: 7, count: 32))])
        let sealed = try #require(session.idToken)
        let bytes = try #require(keys.open(sealed, for: .idToken, context: session.id.rawValue))
        let idToken = String(decoding: bytes, as: UTF8.self)
        await expectRefusal(.invalidToken, detail: "wrong-type") {
            try await desk.authenticator.authenticate(.bearer(idToken))
        }
    }

    private func enter(_ desk: Desk, _ login: String, returnTo: String = "/") async throws -> SignedIn {
        let redirect = try await desk.signIn.begin(returnTo: returnTo)
        var form = LoginForm(client: desk.client)
        let query = try await form.signIn(redirect.location, login: login, password: "demo-\(login)")
        return try await desk.complete(query, browser: redirect.browser)
    }
}
