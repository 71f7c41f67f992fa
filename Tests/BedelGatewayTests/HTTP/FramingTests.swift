import BedelDomain
import Testing

@testable import BedelGateway

/// Every line is one way to make two readers see two different messages. Sent as raw bytes through a real gateway, with
/// a second request hidden behind.
@Suite("Framing of requests")
struct FramingTests {
    private static let host = "Host: \(TestGateway.base)\r\n"
    private static let post = "POST /x HTTP/1.1\r\n\(host)"
    private static let hidden = "GET /hidden HTTP/1.1\r\n\(host)\r\n"

    /// Refused for how the end of the body is told.
    static let lengths: [String] =
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: \u{0B}chunked\r\n",
            "Transfer-Encoding: \u{0C}chunked\r\n", "Transfer-Encoding: chunked\u{0}\r\n",
            "Transfer-Encoding: ,chunked\r\n",
            "Transfer-Encoding: chunked,\r\n", "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding:\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer_Encoding: chunked\r\n",
            "Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: \"chunked\"\r\n",
            "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: +5\r\n", "Content-Length: 0x5\r\n", "Content-Length: -0\r\n", "Content-Length: 05\r\n",
            "Content-Length: 5, 5\r\n", "Content-Length: 5, 6\r\n", "Content-Length:\r\n", "Content-Length: 5 5\r\n",
            "Content-Length: 18446744073709551616\r\n", "Content_Length: 5\r\n", "Content-Length\t: 5\r\n",
            "Content.Length: 5\r\n",
        ]

    @Test(arguments: lengths)
    func ambiguousLengthIsRefused(_ fields: String) async throws {
        try await expectRefusal("\(Self.post)\(fields)\r\n5\r\nhello\r\n0\r\n\r\n\(Self.hidden)")
    }

    static let chunks: [String] = [
        "5;\r\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a\u{0}\r\nhello\r\n0\r\n\r\n", "5;\(String(repeating: "a", count: 65536))\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
        "1_0\r\nhello\r\n0\r\n\r\n",
        "00000000000000005\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n", "5\r\nhelloo\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r\n0\r\n bad\r\n\r\n", "5\r\nhello\r\n0\r\nX: a\nY: b\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: \(String(repeating: "a", count: 20000))\r\n\r\n",
    ]

    @Test(arguments: chunks)
    func malformedChunksEndTheConnection(_ body: String) async throws {
        let request = "\(Self.post)Transfer-Encoding: chunked\r\n\r\n\(body)\(Self.hidden)"
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(request)
                #expect(response?.status == 400)
                #expect(response?.values("Connection") == ["close"])
                // The upstream may have seen the beginning of a body, but never the end of it, and no second request.
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    static let lines: [String] = [
        "GET /x HTTP/1.1\n\(host)\r\n", "GET /x HTTP/1.1\r\n\(host)X: y\n\r\n",
        "GET /x HTTP/1.1\r\n\(host)X: a\rb\r\n\r\n",
        "\r\nGET /x HTTP/1.1\r\n\(host)\r\n", "GET /x HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n",
        "GET /x HTTP/1.1\r\n\(host)X : a\r\n\r\n", "GET /x HTTP/1.1\r\n\(host): a\r\n\r\n",
        "GET /x HTTP/1.1\r\n\(host)X: a\u{0}b\r\n\r\n", "GET /x HTTP/1.1\r\n\(host)X: a\u{7F}b\r\n\r\n",
        "GET /x HTTP/1.1\r\n \r\n\(host)\r\n", "GET /x HTTP/1.1\r\n\(host)nonsense\r\n\r\n", "GET /x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET http://other.test/x HTTP/1.1\r\n\(host)\r\n",
        "GET http:///x HTTP/1.1\r\n\(host)\r\n", "OPTIONS * HTTP/1.1\r\n\(host)\r\n", "GET * HTTP/1.1\r\n\(host)\r\n",
        "GET x HTTP/1.1\r\n\(host)\r\n", "GET /x HTTP/1.2\r\n\(host)\r\n", "GET /x HTTP/2\r\n\(host)\r\n",
        "GET  /x HTTP/1.1\r\n\(host)\r\n", "GET /x  HTTP/1.1\r\n\(host)\r\n", "GET /x HTTP/1.1 \r\n\(host)\r\n",
        "GET\t/x HTTP/1.1\r\n\(host)\r\n", "G(T /x HTTP/1.1\r\n\(host)\r\n", "GET /\u{e9} HTTP/1.1\r\n\(host)\r\n",
        "\(String(repeating: "A", count: 65)) /x HTTP/1.1\r\n\(host)\r\n",
        "POST /x HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\n\(host)Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx",
    ]

    @Test(arguments: lines)
    func malformedLineIsRefused(_ request: String) async throws {
        try await expectRefusal("\(request)\(Self.hidden)")
    }

    static let hosts: [String] = [
        "", "Host:\r\n", "Host: a@\(TestGateway.base)\r\n", "Host: \(TestGateway.base)/x\r\n",
        "Host: \(TestGateway.base)?x\r\n", "Host: \(TestGateway.base)#x\r\n", "Host: a b\r\n",
        "Host: \(TestGateway.base), \(TestGateway.base)\r\n",
        "Host: \(TestGateway.base)\r\nHost: \(TestGateway.base)\r\n",
        "Host: \(TestGateway.base):8080\r\n", "Host: [::1%25lo]:8080\r\n", "Host: bedel.test:\r\n",
        "Host: bedel.test:0\r\n",
        "Host: bedel.test:08080\r\n", "Host: bedel.test:99999\r\n", "Host: bedel..test:8080\r\n",
        "Host: .bedel.test:8080\r\n", "Host: bedel.test.:8080\r\n", "Host: bed\u{e9}l.test\r\n",
        "Host: \(Array(repeating: "a", count: 300).joined(separator: "."))\r\n",
        "Host : \(TestGateway.base)\r\n", "Host_: x\r\n",
    ]

    @Test(arguments: hosts)
    func hostThatIsNoneIsRefused(_ field: String) async throws {
        try await expectRefusal("GET /x HTTP/1.1\r\n\(field)\r\n\(Self.hidden)")
    }

    @Test(arguments: ["CONNECT /x", "CONNECT bedel.test:8080", "TRACE /x"])
    func methodsThatOpenOrShowTooMuchAreNotOffered(_ start: String) async throws {
        try await expectRefusal("\(start) HTTP/1.1\r\n\(Self.host)\r\n\(Self.hidden)", statuses: [400, 405])
    }

    @Test func tooManyFieldsAndTooLongHeadsAre431() async throws {
        let many = String(repeating: "X: y\r\n", count: 200)
        try await expectRefusal("GET /x HTTP/1.1\r\n\(Self.host)\(many)\r\n", statuses: [431])
        let long = String(repeating: "y", count: 70_000)
        try await expectRefusal("GET /x HTTP/1.1\r\n\(Self.host)X: \(long)\r\n\r\n", statuses: [431])
    }

    @Test func trailersDoNotBecomeFields() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "\(Self.post)Transfer-Encoding: chunked\r\nTrailer: X-Bedel-User\r\n\r\n5;a=b\r\nhello\r\n0\r\n"
                        + "X-Bedel-User: root\r\nAuthorization: Bearer x\r\nHost: evil\r\n\r\n")
                #expect(response?.status == 200)
                let seen = try #require(upstream.seen.first)
                #expect(seen.body == Array("hello".utf8))
                #expect(!seen.fields.contains { $0.contains("root") || $0.contains("evil") || $0.hasPrefix("Trailer") })
            }
        }
    }

    /// Pipelined requests are two requests, also to the upstream, in order.
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await Upstream.with(
            Upstream.responding { "HTTP/1.1 200 OK\r\nContent-Length: \($0.line.utf8.count)\r\n\r\n\($0.line)" }
        ) {
            upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(
                        "\(Self.post)Content-Length: 2\r\n\r\n"
                            + "hi\(Self.post)Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n\(Self.hidden)"
                    )
                    #expect(try await client.response()?.text == "POST /x HTTP/1.1")
                    #expect(try await client.response()?.text == "POST /x HTTP/1.1")
                    #expect(try await client.response()?.text == "GET /hidden HTTP/1.1")
                }
                #expect(upstream.connections == 1)
            }
        }
    }

    private func expectRefusal(_ request: String, statuses: Set<Int> = [400]) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(request.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
                    let response = try await client.response()
                    #expect(statuses.contains(response?.status ?? 0))
                    #expect(response?.values("Connection") == ["close"])
                    #expect(try await client.response() == nil, "a second answer means that a second request was seen")
                }
                #expect(upstream.seen.isEmpty)
            }
        }
    }
}
