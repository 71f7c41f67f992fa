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
