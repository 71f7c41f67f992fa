import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import BedelConsole

@Suite("Requests from other sites")
struct CrossSiteTests {
    static let body = "name=laptop&scope-read=1"

    @Test(arguments: ["cross-site", "same-site", ""])
    func aSessionFromElsewhereIsRefused(_ site: String) async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/tokens", as: "ana", headers: [.secFetchSite: site, .origin: TestConsole.base], body: Self.body)
        #expect(answer.status == .forbidden)
        #expect(answer.text.contains("did not come from a page of Bedel"))
    }

    @Test func aSessionThatSaysNothingIsRefused() async throws {
        #expect(
            try await TestConsole().ask(.post, "/tokens", as: "ana", fromPage: false, body: Self.body).status
                == .forbidden)
    }

    @Test func ourOwnOriginWillDo() async throws {
        let console = try TestConsole()
        let ours = try await console.ask(
            .post, "/tokens", as: "ana", fromPage: false, headers: [.origin: TestConsole.base], body: Self.body)
        #expect(ours.status == .created)
        let another = try await console.ask(
            .post, "/tokens", as: "ana", fromPage: false, headers: [.origin: "http://ml-2026.bedel.test:8080"],
            body: Self.body)
        #expect(another.status == .forbidden)
    }

    @Test func accessTokensNeedNoOrigin() async throws {
        let answer = try await TestConsole().ask(
            .post, "/api/v1/tokens", as: "token:ana:manage", fromPage: false, body: #"{"name":"x","scopes":["read"]}"#)
        #expect(answer.status == .created)
    }

    @Test func theAPIRefusesASessionFromElsewhereToo() async throws {
        let answer = try await TestConsole().ask(
            .post, "/api/v1/tokens", as: "ana", fromPage: false, body: #"{"name":"x","scopes":["read"]}"#)
        #expect(answer.status == .forbidden)
        #expect(answer.text.contains("/problems/cross-site"))
    }

    @Test("lookalikes of the assertion are worth nothing")
    func otherHeadersProveNothing() async throws {
        let answer = try await TestConsole().ask(
            .get, "/api/v1/me",
            headers: [.init("X-Bedel-User")!: "root", .init("X-Bedel-Roles")!: "admin", .authorization: "Bearer root"])
        #expect(answer.status == .unauthorized)
    }

    @Test func whoeverWasTakenOutMayLookForAMinuteButChangesNothing() async throws {
        let console = try TestConsole()
        let principal = try #require(console.house.principal("ana"))
        console.house.course.withLock { $0.users.removeAll { $0.login == "ana" } }
        #expect(principal.login == "ana")
        let answer = try await console.form("/tokens", as: "ana", Self.body)
        #expect(answer.status == .unauthorized)
    }
}
