import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("HTTP/2 towards clients")
struct HTTP2Tests {
    @Test func requestsGoTheSameWay() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(
                        RawHTTP2.base.filter { $0.0 != ":path" } + [
                            (":path", "/models/ml-2026/digits/v2/infer?x=1"), ("authorization", "Bearer alice"),
                            ("x-bedel-user", "root"), ("cookie", "a=1"), ("cookie", "b=2"),
                        ], stream: 1)
                    let answer = try await client.answer(stream: 1)
                    #expect(answer?.status == "200")
                    #expect(answer?.text == "{\"ok\":true}")
                    #expect(answer?.value("connection") == nil)
                    #expect(answer?.value("strict-transport-security") != nil)

                    try await client.request(
                        RawHTTP2.base.filter { $0.0 != ":path" } + [(":path", "/models/ml-2026/digits/v2/infer")],
                        stream: 3)
                    let refused = try await client.answer(stream: 3)
                    #expect(refused?.status == "401")
                    #expect(refused?.text.contains("\"status\":401") == true)
                }
            }
            #expect(upstream.seen.map(\.line) == ["GET /v2/infer?x=1 HTTP/1.1"])
            #expect(upstream.seen.first?.values("X-Bedel-User") == [TestGateway.alice.user.rawValue])
            #expect(upstream.seen.first?.values("Cookie") == [])
        }
    }

    @Test func bodiesComeThroughWithAndWithoutLength() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    let post = RawHTTP2.base.map { $0.0 == ":method" ? (":method", "POST") : $0 }
                    for (stream, length) in [(UInt32(1), [("content-length", "10")]), (3, [])] {
                        try await client.request(post + length, stream: stream, ends: false)
                        try await client.data("hello", stream: stream, ends: false)
                        try await client.data("world", stream: stream, ends: true)
                        #expect(try await client.answer(stream: stream)?.status == "200")
                    }
                }
            }
            #expect(upstream.seen.map { String(decoding: $0.body, as: UTF8.self) } == ["helloworld", "helloworld"])
        }
    }

    /// Each of them is refused, none reaches the upstream, and the connection serves on.
    @Test(arguments: [
        [("x-a", "b\r\nX-Bedel-User: root")], [("x-a", "b\0")], [("X-A", "b")], [("transfer-encoding", "chunked")],
        [("connection", "close")], [("host", "other.test")], [(":path", "/again")], [(":status", "200")],
        [("content-length", "7")], [("te", "gzip")], [("upgrade", "h2c")],
    ])
    func malformedRequestIsRefused(_ more: [(String, String)]) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base + more, stream: 1)
                    #expect(try await client.answer(stream: 1)?.reset == 1)
                    try await client.request(RawHTTP2.base, stream: 3)
                    #expect(try await client.answer(stream: 3)?.status == "200")
                }
            }
            #expect(upstream.seen.count == 1)
        }
    }

    @Test(arguments: ["/..", "//x", "/%2e%2e/x", "/a%00", "/a%2fb"])
    func pathIsJudgedAsInHTTP1(_ path: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(
                        RawHTTP2.base.map { $0.0 == ":path" ? (":path", path) : $0 }, stream: 1)
                    #expect(try await client.answer(stream: 1)?.status == "400")
                }
            }
            #expect(upstream.seen.isEmpty)
        }
    }

    @Test func bodyOtherThanPromisedIsRefusedAndNotTakenForWhole() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                let post = RawHTTP2.base.map { $0.0 == ":method" ? (":method", "POST") : $0 }
                for body in ["short", "much too long"] {
                    try await RawHTTP2.with(gateway, certificate) { client in
                        try await client.request(post + [("content-length", "10")], stream: 1, ends: false)
                        try await client.data(body, stream: 1, ends: true)
                        #expect(try await client.answer(stream: 1)?.reset != nil)
                    }
                }
            }
            #expect(upstream.seen.isEmpty)
        }
    }

    /// Also when the connection to the upstream is warm, and whether the body comes along or later.
    @Test(arguments: [true, false])
    func whatSaysThatItIsEmptyIsNotBegunBeforeItIs(_ isAtOnce: Bool) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    #expect(try await client.answer(stream: 1)?.status == "200")
                    let post = RawHTTP2.base.map { $0.0 == ":method" ? (":method", "POST") : $0 }
                    let head = RawHTTP2.block(post + [("content-length", "0")])
                    let headers = RawHTTP2.bytes(RawHTTP2.Frame.headers, flags: 4, stream: 3, payload: head)
                    let body = RawHTTP2.bytes(RawHTTP2.Frame.data, flags: 1, stream: 3, payload: Array("hello".utf8))
                    if isAtOnce {
                        try await client.send(raw: headers + body)
                    } else {
                        try await client.send(raw: headers)
                        // When this is answered, the head was read long ago.
                        try await client.request(RawHTTP2.base, stream: 5)
                        #expect(try await client.answer(stream: 5)?.status == "200")
                        try await client.send(raw: body)
                    }
                    #expect(try await client.answer(stream: 3)?.reset != nil)

                    try await client.request(post + [("content-length", "0")], stream: 7, ends: false)
                    try await client.data("", stream: 7, ends: true)
                    #expect(try await client.answer(stream: 7)?.status == "200")
                }
            }
            let methods = upstream.seen.map { $0.line.prefix(4) }
            #expect(methods == (isAtOnce ? ["GET ", "POST"] : ["GET ", "GET ", "POST"]))
        }
    }

    @Test func requestTakenBackInTheSameBreathMakesNoWork() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    var bytes: [UInt8] = []
                    for stream in stride(from: UInt32(1), to: 41, by: 2) {
                        let head = RawHTTP2.block(RawHTTP2.base)
                        bytes += RawHTTP2.bytes(RawHTTP2.Frame.headers, flags: 5, stream: stream, payload: head)
                        bytes += RawHTTP2.bytes(RawHTTP2.Frame.reset, stream: stream, payload: UInt32(8).bytes)
                    }
                    try await client.send(raw: bytes)
                    try await client.request(RawHTTP2.base, stream: 41)
                    #expect(try await client.answer(stream: 41)?.status == "200")
                }
            }
            #expect(upstream.seen.count == 1)
        }
    }

    /// What is over the limit of fields is told so; it does not end the connection.
    @Test func tooManyFieldsAreAnswered431() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(
                        RawHTTP2.base + (0..<120).map { ("x-\($0)", "a") }, stream: 1)
                    #expect(try await client.answer(stream: 1)?.status == "431")
                    try await client.request(RawHTTP2.base, stream: 3)
                    #expect(try await client.answer(stream: 3)?.status == "200")
                }
            }
            #expect(upstream.seen.count == 1)
        }
    }

    @Test func trailersOfAnUpstreamReachWhoTakesThem() async throws {
        let speaking = Upstream.responding { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
                + "Grpc-Status: 0\r\nSet-Cookie: a=b\r\nX-Bedel-User: root\r\n\r\n"
        }
        try await Upstream.with(speaking) { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base + [("te", "trailers")], stream: 1)
                    let answer = try await client.answer(stream: 1)
                    #expect(answer?.text == "ok")
                    #expect(answer?.trailers.map(\.0) == ["grpc-status"])
                    try await client.request(RawHTTP2.base, stream: 3)
                    #expect(try await client.answer(stream: 3)?.trailers.isEmpty == true)
                }
            }
        }
    }

    /// Answered while the upload is still going on: the answer is whole, the rest is not wanted.
    @Test func earlyAnswerStopsTheUpload() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    let post = RawHTTP2.base.map {
                        switch $0.0 {
                        case ":method": (":method", "POST")
                        case ":path": (":path", "/models/ml-2026/digits/v2/infer")
                        default: $0
                        }
                    }
                    try await client.request(post, stream: 1, ends: false)
                    try await client.data("some", stream: 1, ends: false)
                    #expect(try await client.answer(stream: 1)?.status == "401")
                    var next = try await client.frame()
                    while let other = next, other.type == RawHTTP2.Frame.windowUpdate {
                        next = try await client.frame()
                    }
                    #expect(next?.type == RawHTTP2.Frame.reset && next?.errorCode == 0)
                    try await client.request(RawHTTP2.base, stream: 3)
                    #expect(try await client.answer(stream: 3)?.status == "200")
                }
            }
            #expect(upstream.seen.count == 1)
        }
    }

    @Test func http2InTheClearIsRefused() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let answer = try await gateway.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                #expect(answer?.status == 400)
                let upgraded = try await gateway.ask(
                    "GET / HTTP/1.1\r\nHost: \(TestGateway.base)\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                #expect(upgraded?.status == 200)
            }
            #expect(upstream.seen.map { $0.values("Upgrade") + $0.values("HTTP2-Settings") } == [[]])
        }
    }

    @Test func otherProgramsSpeakItToo() async throws {
        let answer = String(repeating: "b", count: 3_000_000)
        try await Upstream.with(Upstream.answering(answer)) { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await withTemporaryDirectory { directory in
                    let file = "\(directory)/body"
                    let made = try await Program.run("truncate", ["--size=5000000", file])
                    try #require(made.succeeded)
                    let arguments =
                        gateway.curl(certificate) + [
                            "--http2", "--data-binary", "@\(file)", "--output", "/dev/null", "--write-out",
                            "%{http_version} %{http_code} %{size_upload} %{size_download}", "https://bedel.test:8080/",
                        ]
                    let result = try await Program.run("curl", arguments)
                    #expect(result.output == "2 200 5000000 3000000", "\(result.errors)")
                }
            }
            #expect(upstream.seen.map(\.body.count) == [5_000_000])
        }
    }
}
