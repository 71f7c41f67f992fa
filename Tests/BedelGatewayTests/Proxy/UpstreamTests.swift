import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Upstreams, good and bad")
struct UpstreamTests {
    private static let base = TestGateway.base
    private static let get = "GET / HTTP/1.1\r\nHost: \(base)\r\n\r\n"
    private static let predict =
        "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(base)\r\n"
        + "Authorization: Bearer alice\r\nContent-Length: 2\r\n\r\nhi"

    private func answer(
        to request: String = get, toHead: Bool = false, from behaviour: @escaping Upstream.Behaviour,
        adjust: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> RawClient.Response? {
        try await Upstream.with(behaviour) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                try await gateway.ask(request, toHead: toHead)
            }
        }
    }

    @Test func unixSocketsAreUpstreamsToo() async throws {
        try await withTemporaryDirectory { directory in
            try await Upstream.with(socket: "\(directory)/model.sock") { upstream, address in
                try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                    let response = try await gateway.ask(Self.predict)
                    #expect(response?.status == 200)
                    #expect(upstream.seen.count == 1)
                }
            }
        }
    }

    @Test func connectionIsUsedAgain() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    for _ in 0..<10 {
                        try await client.send(Self.get)
                        #expect(try await client.response()?.status == 200)
                    }
                }
                #expect(upstream.seen.count == 10)
                #expect(upstream.connections == 1)
            }
        }
    }

    /// The upstream closes each connection when the second request comes: what asks for no change is sent again.
    @Test func staleConnectionIsRetriedOnlyWhenThatIsSafe() async throws {
        let closesOnSecond: Upstream.Behaviour = { bytes, outbound, upstream in
            var reader = RequestsIn()
            guard let first = try await reader.next(&bytes) else { return }
            upstream.note(first)
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
            if let second = try await reader.next(&bytes) { upstream.note(second) }
        }
        try await Upstream.with(closesOnSecond) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    for status in [200, 200] {
                        try await client.send(Self.get)
                        #expect(try await client.response()?.status == status)
                    }
                    #expect(upstream.seen.count == 3)
                    try await client.send(Self.predict)
                    #expect(try await client.response()?.status == 502, "a POST may have been done")
                }
            }
        }
    }

    @Test func nobodyThereIsSaidPlainly() async throws {
        let nobody = Instance.Address.tcp(host: "127.0.0.1", port: 1)
        try await TestGateway.with(TestGateway.everything(at: nobody)) { gateway in
            let console = try await gateway.ask(Self.get)
            #expect(console?.status == 502)
            #expect(console?.text.contains("127.0.0.1") == false, "no address of ours leaks")
            let model = try await gateway.ask(Self.predict)
            #expect(model?.status == 503)
            #expect(model?.values("Retry-After") == ["2"])
        }
    }

    static let nonsense = [
        "SSH-2.0-hello\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "HTTP/1.1 99 No\r\n\r\n",
        "HTTP/1.1 20000000000000000000000000000000000000000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n",
    ]

    @Test(arguments: nonsense)
    func nonsenseBecomes502(_ response: String) async throws {
        let answer = try await answer { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            try await outbound.write(ByteBuffer(string: response))
        }
        #expect(answer?.status == 502)
    }

    @Test func crashBeforeTheAnswerIsTheModels() async throws {
        let answer = try await answer(to: Self.predict) { bytes, _, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
        }
        #expect(answer?.status == 502)
        #expect(answer?.text.contains("/problems/model-crashed") ?? false)
    }

    @Test func responseCutOffIsNotMadeWhole() async throws {
        for head in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
            let answer = try await answer { bytes, outbound, _ in
                var reader = RequestsIn()
                _ = try await reader.next(&bytes)
                try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\(head)\r\n\r\n5\r\nhello\r\n"))
            }
            #expect(answer == nil, "\(head)")
        }
    }

    @Test func bodyThatEndsWithTheConnectionIsWhole() async throws {
        let answer = try await answer { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            try await outbound.write(ByteBuffer(string: "HTTP/1.0 200 OK\r\n\r\nhello"))
        }
        #expect(answer?.text == "hello")
    }

    @Test func headHasNoBodyButItsLength() async throws {
        let answer = try await answer(
            to: "HEAD / HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n", toHead: true,
            from: Upstream.responding { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n" })
        #expect(answer?.values("Content-Length") == ["1234"])
        #expect(answer?.body == [])
    }

    @Test func silenceEndsInTime() async throws {
        let silent: Upstream.Behaviour = { bytes, _, _ in while await bytes.next() != nil {} }
        let answer = try await answer(to: Self.predict, from: silent) {
            $0.timeOuts.upstreamResponse = .milliseconds(200)
        }
        #expect(answer?.status == 504)
        #expect(answer?.text.contains("/problems/model-timed-out") ?? false)
    }

    @Test func slowHeadAndSlowBodyAre408() async throws {
        for request in [
            "GET / HTTP/1.1\r\nHost: x", "POST / HTTP/1.1\r\nHost: \(Self.base)\r\nContent-Length: 9\r\n\r\nabc",
        ] {
            let answer = try await answer(to: request, from: Upstream.answering("{}")) {
                $0.timeOuts.header = .seconds(3)
                $0.timeOuts.bodyIdle = .milliseconds(200)
            }
            #expect(answer?.status == 408, "\(request)")
        }
    }

    @Test func silentConnectionIsClosed() async throws {
        try await TestGateway.with(nil, adjust: { $0.timeOuts.header = .milliseconds(200) }) { gateway in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                let response = try await client.response()
                #expect(response == nil)
            }
        }
    }

    @Test func clientGoneCancelsTheUpstream() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let waiting: Upstream.Behaviour = { bytes, _, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            start.yield()
            _ = await bytes.next()
            end.yield()
        }
        try await Upstream.with(waiting) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.get)
                    for await _ in starts { break }
                }
                for await _ in ends { break }
            }
        }
    }

    @Test func bodyIsInvitedOnlyOnceItIsWanted() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let head =
                    "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(Self.base)\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n"
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send("\(head)Authorization: Bearer alice\r\n\r\n")
                    #expect(try await client.response()?.status == 100)
                    try await client.send("hi")
                    #expect(try await client.response()?.status == 200)
                    #expect(upstream.seen.first?.values("Expect") == [])
                    #expect(upstream.seen.first?.body == Array("hi".utf8))
                }
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send("\(head)\r\n")
                    #expect(try await client.response()?.status == 401, "without having sent the body")
                }
            }
        }
    }

    @Test func informationalResponsesAreNotTheAnswer() async throws {
        let answer = try await answer(
            from: Upstream.responding { _ in
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                    + "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
            })
        #expect(answer?.status == 201)
    }

    @Test func eventsArriveAsTheyAreSent() async throws {
        let (steps, step) = AsyncStream.makeStream(of: Void.self)
        let events: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            try await outbound.write(
                ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"))
            for await _ in steps { break }
            try await outbound.write(ByteBuffer(string: "data: 2\n\n"))
            for await _ in steps { break }
        }
        try await Upstream.with(events) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.get)
                    var text = ""
                    while !text.contains("data: 1"), let more = try await client.more() { text += String(buffer: more) }
                    step.yield()
                    while !text.contains("data: 2"), let more = try await client.more() { text += String(buffer: more) }
                    step.yield()
                    #expect(text.contains("data: 2"))
                }
            }
        }
    }
}
