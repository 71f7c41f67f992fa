import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Signing in and out")
struct SignInTests {
    @Test func theWayToTheProviderLeavesAShortCookie() async throws {
        let answer = try await TestConsole().ask(.get, "/login?to=/profiles/ml-2026")
        #expect(answer.headers[.location] == "https://id.example/authorize?return=/profiles/ml-2026")
        #expect(
            answer.headers[.setCookie] == "bedel_signin=browser-secret; Path=/; Max-Age=600; HttpOnly; SameSite=Lax")
    }

    @Test("whoever has a session is sent to the provider all the same when a better one is asked for")
    func aDemandGoesToTheProvider() async throws {
        let console = try TestConsole()
        let plain = try await console.ask(.get, "/login?to=/tokens", as: "ana")
        #expect(plain.headers[.location] == "/tokens")
        let demanding = try await console.ask(.get, "/login?to=/tokens&max_age=900&acr_values=gold", as: "ana")
        #expect(
            demanding.headers[.location] == "https://id.example/authorize?return=/tokens&acr_values=gold&max_age=900")
        let nonsense = try await console.ask(.get, "/login?to=/tokens&max_age=soon", as: "ana")
        #expect(nonsense.headers[.location] == "/tokens")
    }

    private static let stepUp = """
        @id("local.fresh") @reason("sign-in") @max_age("15m")
        forbid (principal, action in [Action::"audit.view", Action::"profile.create"], resource)
        when { context has signIn }
        unless { context.signIn has age && context.signIn.age <= duration("15m") };
        """

    @Test("a page that needs a fresher sign-in leads to it and back; a form leads back to its own page")
    func aStaleSignInIsLedToAFresherOne() async throws {
        let console = try TestConsole(policies: Self.stepUp)
        let page = try await console.ask(.get, "/admin/audit?actor=ana", as: "root")
        #expect(page.headers[.location] == "/login?to=%2Fadmin%2Faudit%3Factor%3Dana&max_age=900")
        let form = try await console.ask(
            .post, "/admin/profiles", as: "root",
            headers: [
                .contentType: "application/x-www-form-urlencoded", .referer: "\(TestConsole.base)/admin/profiles?x=1",
            ], body: "name=ml-2027&title=ML&kind=course")
        #expect(form.status == .unauthorized)
        #expect(form.text.contains("href=\"/login?to&#x3D;") || form.text.contains("/login?to="))
        #expect(form.text.contains("%2Fadmin%2Fprofiles%3Fx%3D1"))
        #expect(console.calls.filter { !$0.hasPrefix("audit ") } == [])
        let elsewhere = try await console.ask(
            .post, "/admin/profiles", as: "root", headers: [.referer: "https://evil.example/"], body: "")
        #expect(!elsewhere.text.contains("evil"))
    }

    @Test("a program is told what kind of sign-in it takes (RFC 9470); an access token goes on within its scopes")
    func aProgramIsToldWhatItTakes() async throws {
        let console = try TestConsole(policies: Self.stepUp)
        let refused = try await console.ask(.get, "/api/v1/audit", as: "root")
        #expect(refused.status == .unauthorized)
        #expect(
            refused.headers[.wwwAuthenticate]
                == #"Bearer realm="Bedel", error="insufficient_user_authentication", max_age="900""#)
        #expect(refused.text.contains(#""type":"/problems/sign-in-again""#))
        #expect(try await console.ask(.get, "/api/v1/audit", as: "token:root:manage").status == .ok)
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example", "/\\evil.example", "profiles", "/a b", "/%0d%0a\r\nX: y",
    ])
    func nobodyIsLedAway(_ target: String) {
        #expect(LocalPath(target).text == "/")
    }

    @Test func theWayBackOpensASession() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .get, "/login/callback?code=good", headers: [.cookie: "bedel_signin=browser-secret"])
        #expect(answer.headers[.location] == "/profiles/ml-2026")
        #expect(
            answer.headers[values: .setCookie].contains { $0.hasPrefix("bedel_session=sealed-for-bedel.test:8080; ") })
        let stolen = try await console.ask(
            .get, "/login/callback?code=good", headers: [.cookie: "bedel_signin=another"])
        #expect(stolen.status == .badRequest)
        #expect(stolen.headers[.setCookie] == nil)
    }

    @Test("going back to the address that signed one in leads home; whoever is not signed in is told what to do")
    func anOldWayBackLeadsHome() async throws {
        let console = try TestConsole()
        let again = try await console.ask(.get, "/login/callback?code=used", as: "ana")
        #expect(again.status == .seeOther)
        #expect(again.headers[.location] == "/")
        #expect(try await console.ask(.get, "/login/callback?code=used").status == .badRequest)
        #expect(try await console.ask(.get, "/login/callback?code=forged", as: "ana").status == .badRequest)
    }

    @Test func programsSeeAndEndSessions() async throws {
        let console = try TestConsole()
        let listed = try await console.ask(.get, "/api/v1/sessions", as: "ana")
        #expect(listed.text.split(separator: "\"is_current\":false").count == 4)
        let one = try await console.ask(.delete, "/api/v1/sessions/01jd0000000000000000000000", as: "ana")
        #expect(one.status == .noContent)
        #expect(try await console.ask(.delete, "/api/v1/sessions/nonsense", as: "ana").status == .notFound)
        #expect(try await console.ask(.delete, "/api/v1/sessions", as: "ana").status == .noContent)
        #expect(console.calls == ["end 01jd0000000000000000000000 by ana", "end all by ana"])
    }

    @Test func onlyAnAdminEndsSomebodyElsesSessions() async throws {
        let console = try TestConsole()
        let bruno = try #require(console.house.principal("bruno")).user
        let path = "/api/v1/users/\(bruno)/sessions"
        #expect(try await console.ask(.delete, path, as: "ana").status == .forbidden)
        #expect(try await console.ask(.delete, path, as: "prof").status == .forbidden)
        #expect(console.calls == ["audit session.end denied", "audit session.end denied"])
        #expect(try await console.ask(.delete, path, as: "root").status == .noContent)
        #expect(console.calls.last == "end all by root")
    }

    @Test func postedAnswerGoesOnceMoreThroughTheBrowser() async throws {
        let console = try TestConsole()
        func post(_ body: String, as user: String?, from site: String) async throws -> TestResponse {
            try await console.ask(
                .post, "/login/callback", as: user, fromPage: false,
                headers: [.contentType: "application/x-www-form-urlencoded", .secFetchSite: site], body: body)
        }
        for (user, site) in [(nil, "cross-site"), ("ana", "same-site")] as [(String?, String)] {
            let answer = try await post("state=s&code=c", as: user, from: site)
            #expect(answer.status == .seeOther, "a 307 would post it once more (RFC 9700, section 4.12)")
            #expect(answer.headers[.location] == "/login/callback?answer=sealed")
            #expect(answer.headers[.setCookie] == nil)
        }
        #expect(try await post("state=s", as: nil, from: "cross-site").status == .badRequest)
        #expect(console.calls.isEmpty)
    }

    /// RFC 9700, section 4.2.4.
    @Test func addressWithTheCodeIsToldToNobody() async throws {
        for query in ["code=good", "code=bad"] {
            let answer = try await TestConsole().ask(
                .get, "/login/callback?\(query)", headers: [.cookie: "bedel_signin=browser-secret"])
            #expect(answer.headers[.referrerPolicy] == "no-referrer")
        }
    }

    @Test func theProviderSaysThatSomebodySignedOut() async throws {
        let console = try TestConsole()
        func say(_ body: String) async throws -> HTTPResponse.Status {
            let answer = try await console.ask(
                .post, "/logout/backchannel", fromPage: false,
                headers: [.contentType: "application/x-www-form-urlencoded"], body: body)
            #expect(answer.headers[.cacheControl] == "no-store")
            return answer.status
        }
        let good = try await say("logout_token=good")
        #expect(good == .ok)
        for body in ["", "logout_token=", "logout_token=bad", "logout_token=good&logout_token=good", "token=good"] {
            let status = try await say(body)
            #expect(status == .badRequest, "\(body)")
        }
        let away = try await say("logout_token=away")
        #expect(away == .serviceUnavailable)
        #expect(console.calls == ["logout by provider"])
        #expect(try await console.ask(.get, "/logout/backchannel").status != .ok)
    }

    @Test func sessionsAreShownBySignInAndEndedByTheirOwner() async throws {
        let console = try TestConsole()
        let page = try await console.ask(.get, "/sessions", as: "ana")
        #expect(page.status == .ok)
        #expect(page.text.split(separator: "/end\"").count == 3)
        let ended = try await console.ask(.post, "/sessions/01jd0000000000000000000000/end", as: "ana")
        #expect(ended.headers[.location] == "/sessions?done=session-ended")
        let everywhere = try await console.ask(.post, "/sessions/end-all", as: "ana")
        #expect(everywhere.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(console.calls == ["end 01jd0000000000000000000000 by ana", "end all by ana"])
    }

    @Test func signingOutEndsTheSessionHereAndLeadsOn() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(.post, "/logout", as: "ana")
        #expect(console.calls == ["signOut ana"])
        #expect(answer.text.contains("url=https://id.example/logout"))
        #expect(answer.headers[values: .setCookie].contains { $0.hasPrefix("bedel_session=; Path=/; Max-Age=0") })
        #expect(
            try await console.ask(.post, "/logout", as: "ana", headers: [.secFetchSite: "cross-site"]).status
                == .forbidden)
    }

    @Test func aSessionIsHandedToAHostOfOursOnly() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(.get, "/handover?to=http://ml-2026.bedel.test:8080/docs?x=1", as: "ana")
        #expect(
            answer.headers[.location]
                == "http://ml-2026.bedel.test:8080/.bedel/enter?code=code-for-ml-2026.bedel.test%3A8080&to=%2Fdocs%3Fx%3D1"
        )
        for target in [
            "http://evil.example/", "http://bedel.test:8080.evil.example/", "https://ml-2026.bedel.test:8080/",
            "http://a.b.bedel.test:8080/", "http://.bedel.test:8080/", "http://x@ml.bedel.test:8080/",
            "http://bedel.test:8080/",
        ] {
            #expect(try await console.ask(.get, "/handover?to=\(target)", as: "ana").status.code == 421, "\(target)")
        }
    }

    @Test func theOtherEndOfAHandoverOpensTheSessionThere() async throws {
        let answer = try await TestConsole().ask(
            .get, "/.bedel/enter?code=code-for-ml.bedel.test&to=/docs", headers: [.forwardedHost: "ml.bedel.test"])
        #expect(answer.headers[.location] == "/docs")
        #expect(answer.headers[.setCookie]?.hasPrefix("bedel_session=sealed-for-ml.bedel.test;") == true)
    }
}
