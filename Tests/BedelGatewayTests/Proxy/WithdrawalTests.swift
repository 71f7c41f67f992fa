import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

/// What is open when a session ends, a token is withdrawn or a role is lost.
@Suite("Withdrawn access")
struct WithdrawalTests {
    private static let host = "lab--ml-2026.\(TestGateway.base)"
    private static let cookie = Credential.cookie("bea", host: host)
    private static let session = "Cookie: bedel_session=bea\r\n"

    /// Begins an answer and never ends it; a WebSocket gets one whole frame, and half of one when it asks for `/half`.
    private static let endless: Upstream.Behaviour = { bytes, outbound, upstream in
        var reader = RequestsIn()
        guard let request = try await reader.next(&bytes) else { return }
        upstream.note(request)
        switch request.line.split(separator: " ")[1] {
        case "/events":
            try await outbound.write(
                ByteBuffer(
                    string: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "9\r\ndata: 1\n\n\r\n"))
        case "/download":
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun"))
        case "/socket", "/half":
            let isHalf = request.line.contains("/half")
            try await outbound.write(
                ByteBuffer(
                    string: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: x\r\n\r\n"))
            try await outbound.write(ByteBuffer(bytes: isHalf ? [0x81, 5, 0x68] : [0x81, 2, 0x68, 0x69]))
        default: break
        }
        while await bytes.next() != nil {}
    }

    private static func get(_ path: String, _ credential: String = session) -> String {
        let upgrade =
            path == "/socket" || path == "/half"
            ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://\(host)\r\n" : ""
        return "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(upgrade)\(credential)\r\n"
    }

    private static func with(
        adjust: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway, Upstream) async throws -> Void
    ) async throws {
        try await Upstream.with(endless) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) {
                try await body($0, upstream)
            }
        }
    }

    /// Everything until the connection ends.
    private static func rest(_ client: inout RawClient) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try await client.more() { bytes += Array(more.readableBytesView) }
        return bytes
    }

    private static func text(_ client: inout RawClient, until end: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(end), let more = try await client.more() { text += String(buffer: more) }
        return text
    }

    @Test(arguments: ["/events", "/download"])
    func whatIsBeingSentIsCutWithoutAnEnd(_ path: String) async throws {
        try await Self.with { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.get(path))
                _ = try await Self.text(&client, until: path == "/events" ? "data: 1\n\n\r\n" : "begun")
                gateway.tokens.revoke(Self.cookie)
                await gateway.gateway.forgetPrincipals()
                #expect(try await Self.rest(&client) == [], "a client has to see that it is not whole")
            }
            let denial = try #require(gateway.denials.all.first)
            #expect(denial.reason == "access-ended")
            #expect(denial.actor == TestGateway.browser.user)
            #expect(try await gateway.metric("bedel_gateway_withdrawn_total") == 1)
        }
    }

    @Test func aWebSocketIsToldWhyBetweenTwoFrames() async throws {
        try await Self.with { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.get("/socket"))
                _ = try await Self.text(&client, until: "hi")
                gateway.tokens.revoke(Self.cookie)
                await gateway.gateway.forgetPrincipals()
                #expect(try await Self.rest(&client) == WebSocketFrames.accessEnded)
            }
            #expect(try await gateway.metric("bedel_gateway_open_tunnels") == 0)
        }
    }

    @Test func inTheMiddleOfAFrameItJustEnds() async throws {
        try await Self.with { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.get("/half"))
                _ = try await Self.text(&client, until: "\u{5}h")
                gateway.tokens.revoke(Self.cookie)
                await gateway.gateway.forgetPrincipals()
                #expect(try await Self.rest(&client) == [])
            }
            #expect(try await gateway.metric("bedel_gateway_open_tunnels") == 0)
        }
    }

    @Test func anUploadUnderWayIsRefused() async throws {
        try await Self.with { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                let start = gateway.tokens.holdNextAnswer()
                try await client.send(
                    "POST /upload HTTP/1.1\r\nHost: \(Self.host)\r\n\(Self.session)Content-Length: 1000000\r\n"
                        + "Origin: http://\(Self.host)\r\n\r\nfirst bytes")
                for await _ in start.asked { break }
                gateway.tokens.revoke(Self.cookie)
                await gateway.gateway.forgetPrincipals()
                // It was let in by an answer from before the change.
                start.open.yield()
                #expect(try await client.response()?.status == 401)
            }
        }
    }

    /// A sign-out is itself a request of the session that it ends.
    @Test func theAnswerUnderWayGetsAMoment() async throws {
        let (commits, committed) = AsyncStream.makeStream(of: Void.self)
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let signOut: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            committed.yield()
            for await _ in permits { break }
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n"))
            _ = await bytes.next()
        }
        try await Upstream.with(signOut) { _, address in
            try await TestGateway.with(
                TestGateway.everything(at: address), adjust: { $0.timeOuts.withdrawal = .seconds(3600) }
            ) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.get("/sign-out"))
                    for await _ in commits { break }
                    gateway.tokens.revoke(Self.cookie)
                    await gateway.gateway.forgetPrincipals()
                    while try await gateway.metric("bedel_gateway_withdrawn_total") == 0 {}
                    permit.yield()
                    #expect(try await client.response()?.status == 204)
                }
            }
        }
    }

    @Test func othersGoOn() async throws {
        try await Upstream.with(Upstream.echoing) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { alice in
                    try await RawClient.with(port: gateway.ports.gateway) { bea in
                        try await alice.send(Self.get("/socket", "Authorization: Bearer alice\r\n"))
                        try await bea.send(Self.get("/socket"))
                        #expect(try await alice.response()?.status == 101)
                        #expect(try await bea.response()?.status == 101)
                        gateway.tokens.revoke(Self.cookie)
                        await gateway.gateway.forgetPrincipals()
                        #expect(try await Self.rest(&bea) == WebSocketFrames.accessEnded)
                        try await alice.send("still here")
                        #expect(try await Self.text(&alice, until: "here") == "still here")
                    }
                }
            }
        }
    }

    /// The credential is good, but what it opened is closed to it: a member was removed.
    @Test func aLostRoleEndsWhatItOpened() async throws {
        try await Self.with { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.get("/events"))
                _ = try await Self.text(&client, until: "data: 1\n\n\r\n")
                gateway.tokens.change(Self.cookie, to: People.session("bea", [:]))
                await gateway.gateway.forgetPrincipals()
                #expect(try await Self.rest(&client) == [])
            }
            #expect(gateway.denials.all.map(\.reason) == ["not-a-member"])
        }
    }

    /// Fifty streams of one person are one question for each event loop, not fifty.
    @Test func manyStreamsOfOnePersonAreOneQuestion() async throws {
        try await Self.with { gateway, upstream in
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                let (opens, opened) = AsyncStream.makeStream(of: Void.self)
                for _ in 0..<50 {
                    group.addTask {
                        try await RawClient.with(port: gateway.ports.gateway) { client in
                            try await client.send(Self.get("/events"))
                            _ = try await Self.text(&client, until: "data: 1\n\n\r\n")
                            opened.yield()
                            return try await Self.rest(&client)
                        }
                    }
                }
                var count = 0
                for await _ in opens {
                    count += 1
                    if count == 50 { break }
                }
                let before = gateway.tokens.timesAsked
                gateway.tokens.revoke(Self.cookie)
                await gateway.gateway.forgetPrincipals()
                for try await rest in group { #expect(rest == []) }
                let loops = NIOSingletons.groupLoopCountSuggestion
                #expect(gateway.tokens.timesAsked - before <= loops)
            }
            #expect(upstream.seen.count == 50)
        }
    }

    /// While nobody can say who is good, those inside stay; once somebody can, they go without another signal.
    @Test func nobodyIsPutOutWhileTheDatabaseIsAway() async throws {
        try await Self.with(adjust: { $0.timeOuts.upstreamIdle = .milliseconds(40) }) { gateway, _ in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.get("/events"))
                _ = try await Self.text(&client, until: "data: 1\n\n\r\n")
                gateway.tokens.setAway(true)
                gateway.tokens.revoke(Self.cookie)
                let before = gateway.tokens.timesAsked
                await gateway.gateway.forgetPrincipals()
                while gateway.tokens.timesAsked < before + 3 { await Task.yield() }
                #expect(try await gateway.metric("bedel_gateway_withdrawn_total") == 0)
                gateway.tokens.setAway(false)
                #expect(try await Self.rest(&client) == [])
            }
        }
    }
}
