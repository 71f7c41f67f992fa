import BedelDomain
import Testing

@testable import BedelGateway

@Suite("The path of a request")
struct RequestPathTests {
    static let refused = [
        "/t/alice/pub/../mlflow", "/t/alice/pub/..", "/t/%2e%2e/x", "/t/%2E./x", "/t/.%2e/x", "/t/%252e%252e/x",
        "/t/..;/x", "/t/..;a=b/x", "/t/.;/x", "/t/;x/y", "/t/./x", "/t/.", "//x", "/t//x", "/t///x", "/t%2fx", "/t%2Fx",
        "/t%5cx", "/t\\x", "/t/%00", "/t/%0d%0aX", "/t/%7f", "/t/#frag", "/t/%c0%af", "/t/%u002e", "/t/%", "/t/%2",
        "/t/%zz",
        "/t/%e0%80%af", "/t/%2525", "/t/<x>", "/t/\"x\"", "/t/{x}", "/t/`x`", "/t/^x", "", "x", "*", "/t/%ff",
    ]

    @Test(arguments: refused)
    func whatServersReadDifferentlyIsRefused(_ path: String) {
        #expect(throws: BedelError.self) { try RequestPath.normalise(Array(path.utf8)[...]) }
    }

    static let normal: [(String, String)] = [
        ("/", "/"), ("/a/b", "/a/b"), ("/a/b/", "/a/b/"), ("/%61dmin", "/admin"), ("/a%2db%7Ec", "/a-b~c"),
        ("/%C5%BF", "/%C5%BF"), ("/%c5%bf", "/%C5%BF"), ("/a%20b", "/a%20b"), ("/a%25", "/a%25"),
        ("/a%25zz", "/a%25zz"),
        ("/%EF%BC%8E%EF%BC%8E/x", "/%EF%BC%8E%EF%BC%8E/x"), ("/a;b=c", "/a;b=c"), ("/.bedel/x", "/.bedel/x"),
        ("/...", "/..."), ("/a.b..c", "/a.b..c"), ("/x@y:z!$&'()*+,=", "/x@y:z!$&'()*+,="), ("/a%23b%3f", "/a%23b%3F"),
        ("/a[0]|b", "/a[0]|b"),
    ]

    @Test(arguments: normal)
    func everythingElseHasOneForm(_ path: String, _ form: String) throws {
        let normal = try RequestPath.normalise(Array(path.utf8)[...])
        #expect(String(decoding: normal, as: UTF8.self) == form)
        #expect(try RequestPath.normalise(normal[...]) == normal, "normalising twice changes nothing")
    }

    /// What was decided on is what the upstream gets, for every spelling of a model's path.
    @Test(arguments: [
        "/seldon/ml-2026/digits/api", "/seldon/ml-2026/%64igits/api", "/%73eldon/ml%2D2026/digits/api",
    ])
    func decidedPathIsForwardedPath(_ path: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "GET \(path)?q=%2e%2e HTTP/1.1\r\nHost: \(TestGateway.base)\r\nAuthorization: Bearer alice\r\n\r\n")
                #expect(response?.status == 200)
                #expect(upstream.seen.first?.line == "GET /api?q=%2e%2e HTTP/1.1")
                #expect(upstream.seen.first?.values("X-Bedel-Profile") == ["ml-2026"])
            }
        }
    }

    @Test(arguments: refused.filter { $0.hasPrefix("/") && !$0.contains("#") })
    func refusedPathReachesNobody(_ path: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "GET /seldon/ml-2026/digits\(path) HTTP/1.1\r\nHost: \(TestGateway.base)\r\n"
                        + "Authorization: Bearer alice\r\n\r\n")
                #expect(response?.status == 400)
                #expect(upstream.seen.isEmpty)
            }
        }
    }
}
