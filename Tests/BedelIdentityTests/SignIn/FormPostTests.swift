import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("An answer that the browser posts")
struct FormPostTests {
    @Test func postedAnswerSignsInAndShowsItsCodeToNobody() async throws {
        try await face { provider, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/profiles")
            #expect(redirect.location.contains("response_mode=form_post"))
            let form = try await desk.visitForm(redirect)
            let query = try await desk.signIn.callbackQuery(posted: form, in: Desk.context)
            let answer = try CallbackQuery(form)
            let code = try #require(answer.code)
            #expect(!query.contains(answer.state) && !query.contains(code))
            #expect(provider.hits("token") == 0, "nothing happens before the browser brings its cookie")
            let signedIn = try await desk.complete(query, browser: redirect.browser)
            #expect(signedIn.returnTo == "/profiles")
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["unknown-state"])
        }
    }

    @Test("oidcc-client-test-form-post-error")
    func refusalThatIsPostedIsToldInOurWords() async throws {
        try await face({ $0.authorizationError = "access_denied" }) { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.signIn.callbackQuery(
                posted: try await desk.visitForm(redirect), in: Desk.context)
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["refused-by-person"])
        }
    }

    @Test func answerPostedFromAnotherBrowserIsRefused() async throws {
        try await face { _, desk in
            let attackers = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.signIn.callbackQuery(
                posted: try await desk.visitForm(attackers), in: Desk.context)
            let victims = try await desk.signIn.begin(returnTo: "/")
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: victims.browser) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["other-browser"])
        }
    }

    @Test(arguments: [
        ("", "missing-state"), ("code=x", "missing-state"), ("state=x&state=y&code=z", "bad-callback"),
        ("state=%FF&code=y", "bad-callback"), ("state=x&code=" + String(repeating: "a", count: 4096), "bad-callback"),
        ("state=x&code=" + String(repeating: "a", count: 100_000), "bad-callback"),
    ])
    func formThatIsNoAnswerIsRefused(form: String, reason: String) async throws {
        try await face { _, desk in
            await expectRefusal(.signInFailed) { try await desk.signIn.callbackQuery(posted: form, in: Desk.context) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == [reason])
        }
    }

    @Test func onlyWhatWasSealedHereIsOpened() async throws {
        try await face { provider, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let form = try await desk.visitForm(redirect)
            let query = try await desk.signIn.callbackQuery(posted: form, in: Desk.context)
            let cookie = desk.cookies.seal(Session.ID.random(at: provider.clock.now()), host: Desk.host)
            let spoilt = String(query.dropLast()) + (query.hasSuffix("A") ? "B" : "A")
            for other in [
                "answer=", "answer=x", "answer=\(cookie)", spoilt, query + "&state=x", query + "&" + query,
                query + "&" + form,
            ] {
                await expectRefusal(.signInFailed) { try await desk.complete(other, browser: redirect.browser) }
            }
            #expect(Set(await desk.house.reasons(of: "sign-in.failed")) == ["bad-callback"])
            await expectAdmission { try await desk.complete(query, browser: redirect.browser) }
        }
    }

    @Test func nothingIsAskedForUnlessItIsConfigured() async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            #expect(!redirect.location.contains("response_mode"))
        }
    }

    private func face(
        _ change: @escaping @Sendable (inout Behaviour) -> Void = { _ in },
        _ body: @escaping @Sendable (HostileProvider, Desk) async throws -> Void
    ) async throws {
        try await HostileProvider.run { provider in
            provider.change(change)
            let configuration = try provider.configuration(responseMode: .formPost)
            try await Desk.open([configuration], clock: provider.clock) { try await body(provider, $0) }
        }
    }
}
