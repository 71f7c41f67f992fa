import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("An admin sees what a student sees")
struct ViewingTests {
    /// The console, the cookie of a viewing that has begun, and whose pages it is about.
    private func begun() async throws -> (TestConsole, HTTPFields) {
        let console = try TestConsole()
        let ana = try #require(console.house.principal("ana"))
        let answer = try await console.form("/admin/users/\(ana.user)/view", as: "root", "")
        let cookie = try #require(answer.headers[.setCookie]?.split(separator: ";").first)
        return (console, [.cookie: String(cookie)])
    }

    @Test func pagesAreTheStudentsWithABannerAndEachIsAudited() async throws {
        let (console, cookie) = try await begun()
        #expect(console.calls.contains("audit person.view root ana began"))
        let page = try await console.ask(.get, "/profiles/ml-2026", as: "root", headers: cookie).text
        #expect(page.contains("(ana) sees") && page.contains("/viewing/end"))
        #expect(!page.contains("/profiles/ml-2026/members"), "a student has no way to the members")
        #expect(try await console.ask(.get, "/admin/audit", as: "root", headers: cookie).status == .forbidden)
        #expect(console.calls.contains("audit person.view allowed"))
    }

    @Test func nothingIsChangedThroughIt() async throws {
        let (console, cookie) = try await begun()
        for path in ["/tokens", "/profiles/ml-2026/models/digits-ana/retire", "/sessions/end-all"] {
            var headers = cookie
            headers[.contentType] = "application/x-www-form-urlencoded"
            let answer = try await console.ask(.post, path, as: "root", headers: headers, body: "name=x")
            #expect(answer.status == .forbidden, "\(path)")
            #expect(answer.text.contains("nothing can be changed"), "\(path)")
        }
    }

    @Test func theAPIAnswersAsTheStudentTooAndChangesNothing() async throws {
        let (console, cookie) = try await begun()
        let me = try await console.ask(.get, "/api/v1/me", as: "root", headers: cookie).text
        #expect(me.contains(#""login":"ana""#))
        #expect(try await console.ask(.get, "/api/v1/audit", as: "root", headers: cookie).status == .forbidden)
        for (method, path) in [
            (HTTPRequest.Method.post, "/api/v1/tokens"), (.put, "/api/v1/profiles/ml-2026/state"),
            (.delete, "/api/v1/profiles/ml-2026/models/digits-ana"),
        ] {
            let answer = try await console.ask(method, path, as: "root", headers: cookie, body: "{}")
            #expect(answer.status == .forbidden && answer.text.contains("nothing can be changed"), "\(path)")
        }
        #expect(!console.calls.contains { $0.contains("token") || $0.contains("member") })
    }

    /// A page that was the student's still stands in a window when the viewing is over.
    @Test func whatWasMeantAsTheStudentIsNotDoneAsTheAdmin() async throws {
        let (console, cookie) = try await begun()
        let viewing = try #require(console.house.read { $0.viewings.first })
        let event = AuditEvent(
            at: viewing.beganAt, actor: nil, actorName: "", action: "person.view", resource: "", profile: nil,
            outcome: .allowed, reason: "", facts: [:], requestID: "", remoteAddress: "")
        try await console.house.end(viewing.id, at: viewing.endsAt, audit: event)
        let late = try await console.ask(
            .post, "/profiles/ml-2026/models/digits-ana/retire", as: "root", headers: cookie, body: "")
        #expect(late.status == .forbidden && late.text.contains("nothing was changed"))
        let page = try await console.ask(.get, "/", as: "root", headers: cookie)
        #expect(page.status == .ok && !page.text.contains("(ana) sees"))
        #expect(
            page.headers[values: .setCookie].contains { $0.hasPrefix("bedel_viewing=;") && $0.contains("Max-Age=0") })
    }

    @Test func servicesAreEnteredAsOneself() async throws {
        let (console, cookie) = try await begun()
        let answer = try await console.ask(
            .get, "/handover?to=http://ml-2026.bedel.test:8080/", as: "root", headers: cookie)
        #expect(answer.status == .seeOther)
        #expect(console.calls.contains("hand over to ml-2026.bedel.test:8080 by root"))
    }

    @Test func theStudentSeesThatItHappened() async throws {
        let (console, _) = try await begun()
        let home = try await console.ask(.get, "/", as: "ana").text
        #expect(home.contains("<code>root</code>") && home.contains("saw your pages"))
        let sessions = try await console.ask(.get, "/sessions", as: "ana").text
        #expect(sessions.contains("Who saw your pages"))
        #expect(try await !console.ask(.get, "/", as: "prof").text.contains("saw your pages"))
    }

    @Test func itEnds() async throws {
        let (console, cookie) = try await begun()
        let ended = try await console.ask(.post, "/viewing/end", as: "root", headers: cookie)
        #expect(ended.status == .seeOther && ended.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(console.calls.contains("audit person.view root ana ended"))
        #expect(try await console.ask(.get, "/admin/audit", as: "root", headers: cookie).status == .ok)
    }

    @Test func aCookieIsNoUseToAnybodyElse() async throws {
        let (console, cookie) = try await begun()
        #expect(try await console.ask(.get, "/", as: "prof", headers: cookie).text.contains("(ana) sees") == false)
        let token = try await console.ask(.get, "/", as: "token:root:read", headers: cookie)
        #expect(!token.text.contains("(ana) sees"))
        let ana = try #require(console.house.principal("ana"))
        for login in ["prof", "ana"] {
            let answer = try await console.form("/admin/users/\(ana.user)/view", as: login, "")
            #expect(answer.status == .forbidden, "\(login)")
        }
        let root = try #require(console.house.principal("root"))
        #expect(try await console.form("/admin/users/\(root.user)/view", as: "root", "").status == .badRequest)
    }
}
