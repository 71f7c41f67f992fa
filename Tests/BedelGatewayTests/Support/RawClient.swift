import BedelDomain
import NIOCore
import NIOPosix
import NIOSSL

@testable import BedelGateway

/// A client that sends exactly the bytes it is given.
struct RawClient {
    struct Response: Equatable, Sendable {
        let status: Int
        let fields: [String]
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        func values(_ name: String) -> [String] {
            fields.filter { $0.lowercased().hasPrefix("\(name.lowercased()): ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    private var bytes: ByteReader
    let outbound: ByteWriter
    private var buffer = ByteBuffer()
    private var reader = MessageReader<ResponseHead>(headLimit: 1 << 20) { bytes throws(BedelError) in
        try HeadParser.response(bytes, maximumFields: 1000)
    }

    static func with<Result: Sendable>(
        port: Int, tls: NIOSSLContext? = nil, _ body: (inout RawClient) async throws -> Result
    ) async throws -> Result {
        let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            // Small and fixed, so that what a slow reader leaves unread shows at the other end.
            .channelOption(.socketOption(.so_rcvbuf), value: 65536)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "bedel.test")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try TestConnection(wrapping: channel)
                }
            }
        return try await connection.use { reader, writer in
            var client = RawClient(bytes: reader, outbound: writer)
            return try await body(&client)
        }
    }

    private init(
        bytes: ByteReader, outbound: ByteWriter
    ) {
        self.bytes = bytes
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Shuts its own side of the connection down.
    func sendNoMore() async throws { try await outbound.close() }

    /// The next whole response; nil when the connection ended before.
    mutating func response(toHead: Bool = false) async throws -> Response? {
        var current: Response?
        while true {
            while let event = try reader.next(&buffer) {
                switch event {
                case .head(let head):
                    let lines = String(decoding: head.block.bytes, as: UTF8.self).split(separator: "\r\n").map(
                        String.init)
                    current = Response(status: head.status, fields: Array(lines.dropFirst()))
                    guard head.status >= 200 || head.status == 101 else {
                        reader.expectAnotherHead()
                        return current
                    }
                    reader.expectBody(try BodyFraming.of(head, toHead: toHead))
                case .data(let data): current?.body += Array(data.readableBytesView)
                case .end: return current
                }
            }
            guard let more = await bytes.next() else { return reader.endsWithConnection ? current : nil }
            var rest = more
            buffer.writeBuffer(&rest)
        }
    }

    /// The length of the next response's body, which is not kept.
    mutating func bodyLength() async throws -> Int {
        var length = 0
        while true {
            while let event = try reader.next(&buffer) {
                switch event {
                case .head(let head): reader.expectBody(try BodyFraming.of(head, toHead: false))
                case .data(let data): length += data.readableBytes
                case .end: return length
                }
            }
            guard let more = await bytes.next() else { return length }
            buffer.take(more)
        }
    }

    /// Bytes as they come, after what was already read; nil at the end.
    mutating func more() async throws -> ByteBuffer? {
        if buffer.readableBytes > 0 {
            defer { buffer.clear() }
            return buffer
        }
        return await bytes.next()
    }
}
