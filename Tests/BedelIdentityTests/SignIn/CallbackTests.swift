import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("The way back from the provider")
struct CallbackTests {
    @Test func whatIsSentIsFreshAndHasEverything() async throws {
        try await HostileProvider.face { provider, desk in
            let one = try await desk.signIn.begin(returnTo: "/")
            _ = try await desk.visit(one)
            let sent = provider.lastAuthorization
            let other = try await desk.signIn.begin(returnTo: "/")
            _ = try await desk.visit(other)
            let again = provider.lastAuthorization
            for name in ["state", "nonce", "code_challenge"] {
                #expect(sent[name]?.utf8.count == 43)
                #expect(sent[name] != again[name])
            }
            #expect(sent["redirect_uri"] == "http://localhost:8080/login/callback")
            #expect(sent["scope"] == "openid profile email groups")
            #expect(!one.location.contains(HostileProvider.clientSecret))
            #expect(one.lifetime == .seconds(600))
        }
    }

    @Test func stateWorksOnce() async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect)
            _ = try await desk.complete(query, browser: redirect.browser)
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["unknown-state"])
            #expect(await desk.house.sessionCount == 1)
        }
    }

    @Test func sameCallbackTwiceAtOnceSignsInOnce() async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { await refusal { try await desk.complete(query, browser: redirect.browser) } == nil }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 }.count == 1)
            #expect(await desk.house.sessionCount == 1)
        }
    }

    @Test func callbackFromAnotherBrowserIsRefusedAndTheStateIsGone() async throws {
        try await HostileProvider.face { _, desk in
            let attackers = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(attackers)
            let victims = try await desk.signIn.begin(returnTo: "/")
            for browser in [victims.browser, nil, "", attackers.browser] {
                await expectRefusal(.signInFailed) { try await desk.complete(query, browser: browser) }
            }
            let reasons = await desk.house.reasons(of: "sign-in.failed")
            #expect(reasons == ["other-browser", "unknown-state", "unknown-state", "unknown-state"])
        }
    }

    @Test func cookiesRefusedByTheBrowserAreSaidSo() async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect)
            do {
                _ = try await desk.complete(query, browser: nil)
                Issue.record("it went through")
            } catch let error as BedelError {
                #expect(error.next.contains("Allow cookies"))
            }
        }
    }

    @Test func twoTabsOfOneBrowserBothSignIn() async throws {
        try await HostileProvider.face { _, desk in
            let first = try await desk.signIn.begin(returnTo: "/one")
            let second = try await desk.signIn.begin(returnTo: "/two", browser: first.browser)
            #expect(second.browser == first.browser)
            let late = try await desk.complete(try await desk.visit(first), browser: second.browser)
            let early = try await desk.complete(try await desk.visit(second), browser: second.browser)
            #expect(late.returnTo == "/one")
            #expect(early.returnTo == "/two")
        }
    }

    @Test func fiveHundredTabsAreOneCookieAndAllOfThemGood() async throws {
        try await HostileProvider.face { _, desk in
            let first = try await desk.signIn.begin(returnTo: "/first")
            var last = first
            for _ in 1..<500 { last = try await desk.signIn.begin(returnTo: "/last", browser: last.browser) }
            #expect(last.browser == first.browser)
            let newest = try await desk.complete(try await desk.visit(last), browser: last.browser)
            let oldest = try await desk.complete(try await desk.visit(first), browser: last.browser)
            #expect(newest.returnTo == "/last" && oldest.returnTo == "/first")
        }
    }

    @Test(arguments: ["short", "", String(repeating: "a", count: 4096), "é"])
    func browserValueThatIsNotOursIsReplaced(value: String) async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/", browser: value)
            #expect(redirect.browser != value)
            #expect(OneTimeSecret.isWellFormed(redirect.browser))
        }
    }

    @Test func stateThatTookTooLongIsRefused() async throws {
        try await HostileProvider.face { provider, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect)
            provider.clock.advance(.seconds(600))
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["unknown-state"])
        }
    }

    @Test(
        "a callback that is not one",
        arguments: [
            ("", "missing-state"), ("code=x", "missing-state"), ("state=&code=x", "missing-state"),
            ("state=x&code=y", "unknown-state"), ("state=x&state=y&code=z", "bad-callback"),
            ("state=x&code=y&code=z", "bad-callback"), ("state=x&code=y&iss=a&iss=b", "bad-callback"),
            ("state=%ZZ&code=y", "bad-callback"), ("state=%00&code=y", "bad-callback"),
            ("state=%FF&code=y", "bad-callback"),
            ("state=" + String(repeating: "a", count: 10_000), "bad-callback"),
        ])
    func callbackThatIsNotOne(query: String, reason: String) async throws {
        try await HostileProvider.face { provider, desk in
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: "x") }
            #expect(await desk.house.reasons(of: "sign-in.failed") == [reason])
            #expect(provider.hits("token") == 0)
        }
    }

    @Test func doubledParameterInATrueCallbackIsRefused() async throws {
        try await HostileProvider.face { provider, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect) + "&code=injected"
            await expectRefusal(.signInFailed) { try await desk.complete(query, browser: redirect.browser) }
            #expect(provider.hits("token") == 0)
        }
    }

    @Test(
        "iss in the response (RFC 9207)",
        arguments: [Behaviour.ResponseIssuer.absent, .other("https://evil.example"), .other("")])
    func responseOfAnotherIssuerIsRefused(_ issuer: Behaviour.ResponseIssuer) async throws {
        try await HostileProvider.face({ $0.responseIssuer = issuer }) { provider, desk in
            await expectRefusal(.signInFailed) { try await desk.signInOnce() }
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["wrong-response-issuer"])
            #expect(provider.hits("token") == 0)
        }
    }

    @Test func responseWithoutIssuerIsFineWhenNoneIsPromised() async throws {
        try await HostileProvider.face({
            $0.responseIssuer = .absent
            $0.metadata = ["authorization_response_iss_parameter_supported": .null]
        }) { _, desk in
            let signedIn = try await desk.signInOnce()
            #expect(signedIn.returnTo == "/")
        }
    }

    @Test(
        "error in the response",
        arguments: [
            ("access_denied", BedelError.Code.signInFailed, "refused-by-person"),
            ("invalid_scope", .signInFailed, "refused-by-provider"),
            ("temporarily_unavailable", .providerUnavailable, "provider-unavailable"),
            ("<script>alert(1)</script>", .signInFailed, "refused-by-provider"),
        ])
    func refusalOfTheProviderIsToldInOurWords(error: String, code: BedelError.Code, reason: String) async throws {
        try await HostileProvider.face({ $0.authorizationError = error }) { _, desk in
            do {
                _ = try await desk.signInOnce()
                Issue.record("it went through")
            } catch let refused as BedelError {
                #expect(refused.code == code)
                #expect(!refused.description.contains("script"))
                #expect(!refused.next.isEmpty)
            }
            #expect(await desk.house.reasons(of: "sign-in.failed") == [reason])
        }
    }

    @Test func everySignInOpensANewSession() async throws {
        try await HostileProvider.face { _, desk in
            let one = try await desk.signInOnce()
            let two = try await desk.signInOnce()
            let first = try await desk.principal(of: one)
            let second = try await desk.principal(of: two)
            #expect(first.user == second.user)
            #expect(first.proof != second.proof)
        }
    }

    @Test func codeAndSecretsAreNotInTheAuditTrail() async throws {
        try await HostileProvider.face { _, desk in
            let redirect = try await desk.signIn.begin(returnTo: "/")
            let query = try await desk.visit(redirect)
            _ = try await desk.complete(query, browser: redirect.browser)
            _ = await refusal { try await desk.complete(query, browser: redirect.browser) }
            let callback = try CallbackQuery(query)
            let trail = await desk.house.events.map { "\($0)" }.joined()
            #expect(!trail.contains(callback.state))
            #expect(!trail.contains(try #require(callback.code)))
        }
    }
}
