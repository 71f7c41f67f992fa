import BedelDomain
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import BedelGateway

/// A server in this process that writes down exactly what reached it.
final class Upstream: Sendable {
    /// A request as the upstream saw it.
    struct Seen: Sendable {
        let line: String
        let fields: [String]
        var body: [UInt8] = []

        func values(_ name: String) -> [String] {
            fields.filter { $0.lowercased().hasPrefix("\(name.lowercased()): ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    typealias Behaviour =
        @Sendable (
            inout ByteReader, ByteWriter, Upstream
        ) async throws -> Void

    private let requests = Mutex<[Seen]>([])
    private let accepted = Mutex(0)

    var seen: [Seen] { requests.withLock { $0 } }
    var connections: Int { accepted.withLock { $0 } }
    func note(_ seen: Seen) { requests.withLock { $0.append(seen) } }

    /// Serves until `body` returns.
    static func with<Result: Sendable>(
        _ behaviour: @escaping Behaviour = Upstream.answering("{\"ok\":true}"), socket: String? = nil,
        tls: NIOSSLContext? = nil,
        _ body: (Upstream, Instance.Address) async throws -> Result
    ) async throws -> Result {
        let upstream = Upstream()
        let (connections, arrivals) = AsyncStream.makeStream(of: TestConnection.self)
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.socketOption(.so_rcvbuf), value: 65536)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    upstream.accepted.withLock { $0 += 1 }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    arrivals.yield(try TestConnection(wrapping: channel))
                }
            }
        let server =
            if let socket {
                try await bootstrap.bind(unixDomainSocketPath: socket).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        let address: Instance.Address =
            socket.map { .unixSocket(path: $0) } ?? .tcp(host: "127.0.0.1", port: server.localAddress!.port!)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for await connection in connections {
                        group.addTask {
                            try? await connection.use { reader, writer in
                                var bytes = reader
                                try await behaviour(&bytes, writer, upstream)
                            }
                        }
                    }
                }
            }
            let result = try await body(upstream, address)
            try await server.close().get()
            group.cancelAll()
            return result
        }
    }

    /// Answers 101 and then sends back whatever comes.
    static let echoing: Behaviour = { bytes, outbound, upstream in
        var reader = RequestsIn()
        guard let request = try await reader.next(&bytes) else { return }
        upstream.note(request)
        try await outbound.write(
            ByteBuffer(
                string:
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
            ))
        if reader.buffer.readableBytes > 0 { try await outbound.write(reader.buffer) }
        while let more = await bytes.next() { try await outbound.write(more) }
    }

    /// Reads whole requests and answers each with the same JSON.
    static func answering(_ json: String, fields: String = "") -> Behaviour {
        responding { _ in
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(json.utf8.count)\r\n\(fields)\r\n\(json)"
        }
    }

    /// Reads whole requests and answers each with these bytes.
    static func responding(_ response: @escaping @Sendable (Seen) -> String) -> Behaviour {
        { bytes, outbound, upstream in
            var reader = RequestsIn()
            while let request = try await reader.next(&bytes) {
                upstream.note(request)
                try await outbound.write(ByteBuffer(string: response(request)))
            }
        }
    }
}

/// Reads requests with the gateway's own strict reader: an upstream that would see two where one was sent shows it.
struct RequestsIn {
    private var reader = MessageReader<RequestHead>(headLimit: 1 << 20) { bytes throws(BedelError) in
        try HeadParser.request(bytes, maximumFields: 1000)
    }
    private(set) var buffer = ByteBuffer()

    mutating func next(_ bytes: inout ByteReader) async throws -> Upstream.Seen? {
        var current: Upstream.Seen?
        while true {
            while let event = try reader.next(&buffer) {
                switch event {
                case .head(let head):
                    let lines = String(decoding: head.block.bytes, as: UTF8.self).split(separator: "\r\n").map(
                        String.init)
                    current = Upstream.Seen(line: lines[0], fields: Array(lines.dropFirst()))
                    reader.expectBody(try BodyFraming.of(head))
                case .data(let data): current?.body += Array(data.readableBytesView)
                case .end: return current
                }
            }
            guard var more = await bytes.next() else { return nil }
            buffer.writeBuffer(&more)
        }
    }
}
