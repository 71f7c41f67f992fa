import BedelDomain
import NIOCore
import Synchronization
import Testing

@testable import BedelGateway

/// Bodies far larger than what anybody may hold. Whoever reads slowly holds up whoever writes; nothing in between
/// grows.
@Suite("Streaming", .serialized)
struct StreamingTests {
    private static let total = 256 * 1024 * 1024
    private static let piece = ByteBuffer(repeating: 0x61, count: 64 * 1024)
    /// What the gateway may take before it waits: its own buffers and those of one socket to send, far below the total.
    private static let held = 8 * 1024 * 1024

    final class Counter: Sendable {
        private let value = Atomic(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add(_ more: Int) { value.add(more, ordering: .relaxed) }
    }

    /// How much the gateway had taken when it stopped taking: the same over many looks, between which both event loops
    /// went round.
    private func settled(_ direction: String, _ gateway: TestGateway) async throws -> Int {
        var last = -1
        var looks = 0
        while looks < 50 {
            let now = try await gateway.metric("bedel_gateway_\(direction)_bytes_total")
            looks = now == last && now > 0 ? looks + 1 : 0
            last = now
        }
        return last
    }

    @Test(arguments: ["Content-Length: \(total)", "Transfer-Encoding: chunked"])
    func slowReaderHoldsUpTheUpstream(_ framing: String) async throws {
        let sent = Counter()
        let isChunked = framing.hasPrefix("Transfer")
        let generous: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n"))
            while sent.count < Self.total {
                if isChunked { try await outbound.write(ByteBuffer(string: "10000\r\n")) }
                try await outbound.write(Self.piece)
                if isChunked { try await outbound.write(ByteBuffer(string: "\r\n")) }
                sent.add(Self.piece.readableBytes)
            }
            if isChunked { try await outbound.write(ByteBuffer(string: "0\r\n\r\n")) }
            _ = await bytes.next()
        }
        try await Upstream.with(generous) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\r\n")
                    let stoppedAt = try await settled("upstream", gateway)
                    #expect(stoppedAt < Self.held)
                    #expect(try await client.bodyLength() == Self.total)
                }
            }
        }
    }

    @Test(arguments: ["Content-Length: \(total)", "Transfer-Encoding: chunked"])
    func slowUpstreamHoldsUpTheClient(_ framing: String) async throws {
        let sent = Counter()
        let received = Counter()
        let isChunked = framing.hasPrefix("Transfer")
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let slow: Upstream.Behaviour = { bytes, outbound, _ in
            for await _ in permits { break }
            var reader = BodyCounter()
            received.add(try await reader.count(&bytes))
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
            _ = await bytes.next()
        }
        try await Upstream.with(slow) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    let outbound = client.outbound
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            try await outbound.write(
                                ByteBuffer(string: "POST / HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\(framing)\r\n\r\n")
                            )
                            while sent.count < Self.total {
                                if isChunked { try await outbound.write(ByteBuffer(string: "10000\r\n")) }
                                try await outbound.write(Self.piece)
                                if isChunked { try await outbound.write(ByteBuffer(string: "\r\n")) }
                                sent.add(Self.piece.readableBytes)
                            }
                            if isChunked { try await outbound.write(ByteBuffer(string: "0\r\n\r\n")) }
                        }
                        let stoppedAt = try await settled("client", gateway)
                        #expect(stoppedAt < Self.held)
                        permit.yield()
                        try await group.waitForAll()
                    }
                    #expect(try await client.response()?.text == "ok")
                    #expect(received.count == Self.total)
                }
            }
        }
    }
}

/// Reads one request and keeps only the length of its body.
private struct BodyCounter {
    private var reader = MessageReader<RequestHead>(headLimit: 1 << 16) { bytes throws(BedelError) in
        try HeadParser.request(bytes, maximumFields: 100)
    }
    private var buffer = ByteBuffer()

    mutating func count(_ bytes: inout ByteReader) async throws -> Int {
        var length = 0
        while true {
            while let event = try reader.next(&buffer) {
                switch event {
                case .head(let head): reader.expectBody(try BodyFraming.of(head))
                case .data(let data): length += data.readableBytes
                case .end: return length
                }
            }
            guard let more = await bytes.next() else { return length }
            buffer.take(more)
        }
    }
}
