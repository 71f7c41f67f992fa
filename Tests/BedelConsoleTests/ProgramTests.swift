import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

/// Device authorization, service accounts, and what programs find at well-known places.
@Suite("Programs that act for people, and applications")
struct ProgramTests {
    private func post(_ console: TestConsole, _ path: String, _ fields: String) async throws -> TestResponse {
        try await console.ask(
            .post, path, fromPage: false, headers: [.contentType: "application/x-www-form-urlencoded"], body: fields)
    }

    @Test func aProgramGetsItsCodes() async throws {
        let console = try TestConsole()
        let answer = try await post(
            console, "/api/v1/oauth/device", "client_id=bedel-cli&client_name=my+laptop&scope=read+submit&days=7")
        #expect(answer.status == .ok)
        #expect(answer.text.contains(#""user_code":"WDJB-MJHT""#))
        #expect(answer.text.contains(#""verification_uri":"http://bedel.test:8080/device""#))
        #expect(answer.text.contains(#""expires_in":600"#))
        #expect(console.calls == ["begin my laptop read,submit \(Duration.seconds(7 * 86_400))"])
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test(
        "OAuth's own words for what is wrong",
        arguments: [
            ("device", "", 401, "invalid_client"), ("device", "client_id=other", 401, "invalid_client"),
            ("device", "client_id=bedel-cli&scope=root", 400, "invalid_scope"),
            ("token", "client_id=bedel-cli&grant_type=password", 400, "unsupported_grant_type"),
            ("token", "client_id=bedel-cli", 400, "unsupported_grant_type"),
            ("token", "grant_type=x", 401, "invalid_client"), ("revoke", "", 400, "invalid_request"),
        ])
    func mistakesHaveOAuthsNames(place: String, fields: String, status: Int, error: String) async throws {
        let answer = try await post(try TestConsole(), "/api/v1/oauth/\(place)", fields)
        #expect(answer.status.code == status)
        #expect(answer.text == #"{"error":"\#(error)"}"#)
    }

    @Test(arguments: [
        ("pending", "authorization_pending"), ("hasty", "slow_down"), ("denied", "access_denied"),
        ("expired", "expired_token"), ("nonsense", "invalid_grant"),
    ])
    func aProgramLearnsHowItStands(code: String, error: String) async throws {
        let grant = "client_id=bedel-cli&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        let answer = try await post(try TestConsole(), "/api/v1/oauth/token", "\(grant)&device_code=\(code)")
        #expect(answer.status == .badRequest)
        #expect(answer.text == #"{"error":"\#(error)"}"#)
        let token = try await post(try TestConsole(), "/api/v1/oauth/token", "\(grant)&device_code=approved")
        #expect(token.status == .ok)
        #expect(
            token.text
                == #"{"access_token":"bdl_x_s3cret","expires_in":3600,"scope":"read submit","token_type":"Bearer"}"#)
    }

    @Test func whoeverHoldsATokenMayGiveItUp() async throws {
        let console = try TestConsole()
        #expect(try await post(console, "/api/v1/oauth/revoke", "token=bdl_x_y").status == .ok)
        #expect(console.calls == ["surrender bdl_x_y"])
    }

    @Test func aCodeShowsWhatAsksAndOnlyAButtonLetsItIn() async throws {
        let console = try TestConsole()
        let form = try await console.ask(.get, "/device?code=WDJB-MJHT", as: "ana")
        #expect(form.text.contains("value=\"WDJB-MJHT\"") && !form.text.contains("laptop"))
        let shown = try await console.form("/device", as: "ana", "code=WDJB-MJHT")
        #expect(shown.text.contains("bedel on &lt;laptop&gt;") && shown.text.contains("192.0.2.7"))
        #expect(shown.text.contains("<code>submit</code>") && !shown.text.contains("<code>manage</code>"))
        #expect(console.calls.isEmpty)
        let approved = try await console.form("/device/decision", as: "ana", "code=WDJB-MJHT&decision=approve")
        #expect(approved.headers[.location] == "/tokens?done=device-approved")
        _ = try await console.form("/device/decision", as: "ana", "code=WDJB-MJHT&decision=deny")
        #expect(console.calls == ["decide true by ana", "decide false by ana"])
    }

    @Test func aWrongCodeIsSaidToBeSo() async throws {
        let console = try TestConsole()
        for path in ["/device", "/device/decision"] {
            let answer = try await console.form(path, as: "ana", "code=AAAA-<b>&decision=approve")
            #expect(answer.status == .notFound)
            #expect(answer.text.contains("No program waits for this code") && !answer.text.contains("<b>"))
        }
    }

    @Test func anotherSiteCannotLetAProgramIn() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/device/decision", as: "ana", fromPage: false,
            headers: [.contentType: "application/x-www-form-urlencoded", .secFetchSite: "cross-site"],
            body: "code=WDJB-MJHT&decision=approve")
        #expect(answer.status == .forbidden)
        let token = try await console.ask(.post, "/device/decision", as: "token:ana:read,submit", body: "x=y")
        #expect(token.status == .forbidden)
        #expect(console.calls == ["audit device.approve denied"])
    }

    @Test func aTeacherLooksAfterApplications() async throws {
        let console = try TestConsole()
        let base = "/profiles/ml-2026/service-accounts"
        let page = try await console.ask(.get, base, as: "prof").text
        #expect(page.contains("The grade book &lt;b&gt;") && page.contains("nightly") && page.contains("old-app"))
        #expect(page.contains("\(base)/gradebook/disable") && page.contains("\(base)/old-app/enable"))
        #expect(!page.contains("\(base)/old-app/tokens\""), "a disabled one gets no token")
        _ = try await console.form(base, as: "prof", "name=gradebook&title=Grades")
        let made = try await console.form("\(base)/gradebook/tokens", as: "prof", "name=nightly&days=30")
        #expect(made.status == .created && made.text.contains("bdl_x_s3cret"))
        _ = try await console.form("\(base)/gradebook/disable", as: "prof", "")
        _ = try await console.form("\(base)/gradebook/enable", as: "prof", "")
        let id = "01jd0000000000000000000000"
        _ = try await console.form("\(base)/gradebook/tokens/\(id)/revoke", as: "prof", "")
        #expect(
            console.calls == [
                "account gradebook Grades by prof", "token nightly \(Duration.seconds(30 * 86_400)) for gradebook",
                "disable gradebook", "enable gradebook", "revoke \(id) of gradebook",
            ])
    }

    @Test func theAPIDoesTheSame() async throws {
        let console = try TestConsole()
        let base = "/api/v1/profiles/ml-2026/service-accounts"
        let made = try await console.ask(.post, base, as: "prof", body: #"{"name":"gradebook","title":"Grades"}"#)
        #expect(made.status == .created)
        let token = try await console.ask(.post, "\(base)/gradebook/tokens", as: "prof", body: #"{"name":"nightly"}"#)
        #expect(token.status == .created && token.text.contains(#""secret":"bdl_x_s3cret""#))
        #expect(token.text.contains(#""scopes":["predict"]"#))
        for state in ["disable", "enable"] {
            #expect(try await console.ask(.post, "\(base)/gradebook/\(state)", as: "prof").status == .noContent)
        }
        let id = "01jd0000000000000000000000"
        #expect(try await console.ask(.delete, "\(base)/gradebook/tokens/\(id)", as: "prof").status == .noContent)
        #expect(try await console.ask(.delete, "\(base)/gradebook/tokens/x", as: "prof").status == .notFound)
        #expect(console.calls.count == 5)
        for login in ["ana", "token:prof:read,submit,predict,evaluate"] {
            #expect(try await console.ask(.get, base, as: login).status == .forbidden)
        }
    }

    @Test func keysAndServerAreWhereProgramsLook() async throws {
        let console = try TestConsole()
        let keys = try await console.ask(.get, "/.well-known/jwks.json")
        #expect(keys.text == #"{"keys":[]}"#)
        #expect(keys.headers[.contentType] == "application/jwk-set+json")
        #expect(keys.headers[.cacheControl] == "public, max-age=300")
        let server = try await console.ask(.get, "/.well-known/oauth-authorization-server").text
        #expect(server.contains(#""issuer":"http://bedel.test:8080""#))
        #expect(server.contains(#""device_authorization_endpoint":"http://bedel.test:8080/api/v1/oauth/device""#))
    }
}
