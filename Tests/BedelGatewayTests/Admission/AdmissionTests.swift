import BedelDomain
import Synchronization
import Testing

@testable import BedelGateway

@Suite("Who may come in")
struct AdmissionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let request: String
        let status: Int
        var fields = ""
        var challenge: String?
        var testDescription: String { "\(request) \(fields) -> \(status)" }

        init(_ request: String, _ fields: String = "", _ status: Int, challenge: String? = nil) {
            self.request = request
            self.fields = fields
            self.status = status
            self.challenge = challenge
        }
    }

    private static let base = "bedel.test:8080"
    private static let digits = "GET /seldon/ml-2026/digits/api/v1.0/predictions"
    private static let alice = "Authorization: Bearer alice\r\n"
    private static let session = "Cookie: bedel_session=bea\r\n"

    static let onBase: [Case] = [
        Case(digits, "", 401, challenge: "Bearer realm=\"Bedel\""),
        Case(digits, alice, 200),
        Case(digits, "authorization: bearer alice\r\n", 200),
        Case(digits, session, 401, challenge: "Bearer realm=\"Bedel\""),
        Case(
            digits, "Authorization: Bearer nobody\r\n", 401,
            challenge: "Bearer realm=\"Bedel\", error=\"invalid_token\""),
        Case(digits, "Authorization: Bearer\r\n", 401), Case(digits, "Authorization: Bearer \r\n", 401),
        Case(digits, "Authorization: Bearer a b\r\n", 401),
        Case(digits, "Authorization: Bearer alice, Bearer b\r\n", 401),
        Case(digits, "Authorization: Bearer alice\r\nAuthorization: Bearer alice\r\n", 400),
        Case(digits, "Authorization: Basic Z2l0OmFsaWNl\r\n", 401),
        Case("GET /seldon/ml-2026/digits/api?access_token=alice", "", 401),
        Case("GET /seldon/ml-2026/others/api", alice, 403), Case("GET /seldon/ml-2026/nothing/api", alice, 403),
        Case("GET /seldon/ml-2026/nothing/api", "Authorization: Bearer teacher\r\n", 404),
        Case("GET /seldon/stats-1/digits/api", alice, 404), Case("GET /seldon/no-such/digits/api", alice, 404),
        Case("GET /seldon/ml-2026/digits", alice, 404), Case("GET /seldon/ML-2026/digits/api", alice, 404),
        Case("GET /seldon", alice, 404), Case("GET /seldon/", alice, 404),
        Case("GET /models/ml-2026/digits/v2/models/digits/infer", alice, 200),
        Case("GET /models/ml-2026/digits/v3/x", alice, 404), Case("GET /models/ml-2026/digits/v2x", alice, 404),
        Case("GET /seldon/ml-2026/sleepy/api", alice, 503),
        Case("GET /git/ml-2026/digits.git/info/refs", "", 401, challenge: "Basic realm=\"Bedel\", charset=\"UTF-8\""),
        Case("GET /git/ml-2026/digits.git/info/refs", session, 401),
        Case("GET /git/ml-2026/digits.git/info/refs", "Authorization: Basic Z2l0OmFsaWNl\r\n", 200),
        Case(
            "GET /git/x", "Authorization: Basic Z2l0OmJvYg==\r\n", 401,
            challenge: "Basic realm=\"Bedel\", charset=\"UTF-8\""),
        Case("GET /git/x", "Authorization: Basic !!!\r\n", 401),
        Case("GET /git/x", "Authorization: Basic Z2l0\r\n", 401),
        Case("GET /gitx", "", 200), Case("GET /", "", 200), Case("GET /", session, 200),
        Case("GET /", "Cookie: bedel_session=over\r\n", 200),
        Case("GET /", "Authorization: Bearer nobody\r\n", 401),
        Case("GET /", "Authorization: Basic Z2l0OmFsaWNl\r\n", 401),
        Case("POST /form", "\(session)Origin: http://evil.test\r\nContent-Length: 0\r\n", 403),
        Case("POST /form", "\(session)Origin: null\r\nContent-Length: 0\r\n", 403),
        Case("POST /login/callback", "\(session)Sec-Fetch-Site: same-site\r\nContent-Length: 0\r\n", 200),
        Case("POST /login/callback/", "\(session)Sec-Fetch-Site: same-site\r\nContent-Length: 0\r\n", 403),
        Case("POST /form", "\(session)Sec-Fetch-Site: same-site\r\nContent-Length: 0\r\n", 403),
        Case("POST /form", "\(session)Sec-Fetch-Site: same-origin\r\nOrigin: null\r\nContent-Length: 0\r\n", 200),
        Case("POST /form", "\(session)Origin: http://bedel.test:8080\r\nContent-Length: 0\r\n", 200),
        Case("POST /form", "\(session)Content-Length: 0\r\n", 200),
        Case("POST /form", "Origin: http://evil.test\r\nContent-Length: 0\r\n", 200),
    ]

    @Test(arguments: onBase)
    func theBaseAnswers(_ test: Case) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "\(test.request) HTTP/1.1\r\nHost: \(Self.base)\r\n\(test.fields)\r\n")
                #expect(response?.status == test.status, "\(response?.text ?? "nothing")")
                #expect(upstream.seen.count == (test.status == 200 ? 1 : 0))
                if let challenge = test.challenge { #expect(response?.values("WWW-Authenticate") == [challenge]) }
                if test.status == 503 { #expect(response?.values("Retry-After") == ["2"]) }
                guard test.status != 200 else { return }
                #expect(response?.values("Content-Type") == ["application/problem+json"])
                #expect(response?.text.contains("\"type\":\"/problems/") ?? false)
                #expect(response?.text.contains("\"status\":\(test.status),") ?? false)
            }
        }
    }

    static let elsewhere: [(String, Case)] = [
        ("ml-2026", Case("GET /digits/api", "\(session)", 403)),
        ("ml-2026", Case("GET /digits/api", alice, 200)),
        // Of a token and a session the token counts, for better or worse.
        ("ml-2026", Case("GET /digits/api", "\(alice)\(session)", 200)),
        ("lab--ml-2026", Case("GET /any", "\(session)Authorization: Bearer nobody\r\n", 401)),
        ("ml-2026", Case("GET /digits/api", "", 401)), ("ml-2026", Case("GET /digits", alice, 404)),
        ("stats-1", Case("GET /digits/api", alice, 404)),
        ("lab--ml-2026", Case("GET /any", session, 200)), ("lab--ml-2026", Case("GET /any", alice, 200)),
        ("lab--ml-2026", Case("GET /any", "", 401)), ("lab--ml-2026", Case("GET /.bedel/in?code=1", "", 200)),
        ("lab--ml-2026", Case("GET /.bedelx", "", 401)),
        ("lab--ml-2026", Case("GET /any", "\(session)\(session)", 401)),
        ("lab--ml-2026", Case("POST /any", "\(session)Sec-Fetch-Site: same-site\r\nContent-Length: 0\r\n", 403)),
        ("nobody", Case("GET /", "", 421)), ("lab", Case("GET /", "", 421)), ("a.ml-2026", Case("GET /", "", 421)),
        ("nobody", Case("GET /.bedel/x", "", 421)),
    ]

    @Test(arguments: elsewhere)
    func otherHostsAnswer(_ label: String, _ test: Case) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "\(test.request) HTTP/1.1\r\nHost: \(label).\(Self.base)\r\n\(test.fields)\r\n")
                #expect(response?.status == test.status, "\(response?.text ?? "nothing")")
                #expect(upstream.seen.count == (test.status == 200 ? 1 : 0))
            }
        }
    }

    @Test(arguments: ["evil.test", "bedel.test", "bedel.test:80", "xbedel.test:8080", "127.0.0.1:8080"])
    func onlyConfiguredHostsPass(_ host: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(response?.status == 421)
                #expect(gateway.denials.all.map(\.reason) == ["unknown-host"])
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    @Test func browserWithoutSessionIsLedToTheBaseAndBack() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "GET /tree/a%20b?x=1&y=2 HTTP/1.1\r\nHost: lab--ml-2026.\(Self.base)\r\n"
                        + "Accept: text/html,*/*;q=0.8\r\n\r\n"
                )
                #expect(response?.status == 303)
                let target = "http%3A%2F%2Flab--ml-2026.bedel.test%3A8080%2Ftree%2Fa%2520b%3Fx%3D1%26y%3D2"
                #expect(response?.values("Location") == ["http://\(Self.base)/handover?to=\(target)"])
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    @Test("a session that is not fresh or strong enough is led to sign in again, and back to the service")
    func weakSessionIsLedToABetterOne() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let head = "GET /a?b=1 HTTP/1.1\r\nHost: vault--ml-2026.\(Self.base)\r\n\(Self.session)"
                let page = try await gateway.ask("\(head)Accept: text/html\r\n\r\n")
                #expect(page?.status == 303)
                let back = "%2Fhandover%3Fto%3Dhttp%253A%252F%252Fvault--ml-2026.bedel.test%253A8080%252Fa%253Fb%253D1"
                #expect(
                    page?.values("Location") == ["http://\(Self.base)/login?to=\(back)&acr_values=gold&max_age=300"])
                let program = try await gateway.ask("\(head)\r\n")
                #expect(program?.status == 401)
                let challenge =
                    #"Bearer realm="Bedel", error="insufficient_user_authentication", acr_values="gold", max_age="300""#
                #expect(program?.values("WWW-Authenticate") == [challenge])
                #expect(gateway.denials.all.map(\.reason) == ["sign-in"])
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    @Test func browserReadsAPageWhereAProgramReadsAProblem() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "GET / HTTP/1.1\r\nHost: x.\(Self.base)\r\nAccept: text/html\r\n\r\n")
                #expect(response?.status == 421)
                #expect(response?.values("Content-Type") == ["text/html; charset=utf-8"])
                #expect(response?.text.contains("No such host here") ?? false)
            }
        }
    }

    @Test func aRefusalThatCannotBeRecordedDoesNotGoOut() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                gateway.denials.isFull.store(true, ordering: .relaxed)
                let request = "GET /seldon/ml-2026/others/api HTTP/1.1\r\nHost: \(Self.base)\r\n\(Self.alice)\r\n"
                let withoutRecord = try await gateway.ask(request)
                #expect(withoutRecord?.status == 503)
                gateway.denials.isFull.store(false, ordering: .relaxed)
                let withRecord = try await gateway.ask(request)
                #expect(withRecord?.status == 403)
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    @Test func refusalsAreOnRecordWithTheirReason() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                _ = try await gateway.ask(
                    "GET /seldon/ml-2026/others/api HTTP/1.1\r\nHost: \(Self.base)\r\n\(Self.alice)\r\n")
                let event = try #require(gateway.denials.all.first)
                #expect(event.actor == TestGateway.alice.user)
                #expect(event.action == "model.predict")
                #expect(event.resource == "model:ml-2026/others")
                #expect(event.reason == "role")
                #expect(event.outcome == .denied)
                #expect(event.remoteAddress == "127.0.0.1")
                #expect(event.requestID.utf8.count == 32)
            }
        }
    }

    @Test func beforeTheFirstSnapshotEverythingIs503() async throws {
        try await TestGateway.with(nil) { gateway in
            let response = try await gateway.ask("GET / HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n")
            #expect(response?.status == 503)
        }
    }
}
