import NIOCore
import NIOHPACK
import Testing

@testable import BedelGateway

/// An HTTP/2 client that sends exactly the frames it is told to, good or bad.
struct RawHTTP2 {
    struct Frame: Equatable, Sendable {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9

        var endsStream: Bool { flags & 1 == 1 && (type == Self.data || type == Self.headers) }
        /// Of RST_STREAM and GOAWAY.
        var errorCode: UInt8 { payload[type == Self.goAway ? 7 : 3] }
    }

    /// What came on one stream until it ended.
    struct Answer: Sendable {
        var status = ""
        var fields: [(String, String)] = []
        var trailers: [(String, String)] = []
        var body: [UInt8] = []
        /// The code, when it was reset.
        var reset: UInt8?

        var text: String { String(decoding: body, as: UTF8.self) }
        func value(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
    }

    private var client: RawClient
    private var buffer = ByteBuffer()
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())

    static let base: [(String, String)] = [
        (":method", "GET"), (":scheme", "https"), (":authority", TestGateway.base), (":path", "/"),
    ]

    /// Connects over TLS and says what HTTP/2 begins with.
    static func with<Result: Sendable>(
        _ gateway: TestGateway, _ certificate: TestCertificate, settings: [(UInt16, UInt32)] = [],
        _ body: (inout RawHTTP2) async throws -> Result
    ) async throws -> Result {
        try await RawClient.with(port: gateway.ports.gateway, tls: certificate.client(["h2"])) { client in
            var raw = RawHTTP2(client: client)
            try await raw.client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            try await raw.send(Frame.settings, payload: settings.flatMap { $0.0.bytes + $0.1.bytes })
            return try await body(&raw)
        }
    }

    private init(client: RawClient) { self.client = client }

    // MARK: Sending

    static func bytes(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) -> [UInt8] {
        Array(UInt32(payload.count).bytes.dropFirst()) + [type, flags] + stream.bytes + payload
    }

    /// As literals that nobody has to remember (RFC 7541, section 6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in [0x00] + string(name) + string(value) }
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length = [UInt8(127)]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    mutating func send(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) async throws {
        try await client.send(Self.bytes(type, flags: flags, stream: stream, payload: payload))
    }

    mutating func send(raw bytes: [UInt8]) async throws { try await client.send(bytes) }

    mutating func request(_ fields: [(String, String)], stream: UInt32, ends: Bool = true) async throws {
        try await send(Frame.headers, flags: ends ? 5 : 4, stream: stream, payload: Self.block(fields))
    }

    mutating func data(_ text: String, stream: UInt32, ends: Bool) async throws {
        try await send(Frame.data, flags: ends ? 1 : 0, stream: stream, payload: Array(text.utf8))
    }

    mutating func grow(stream: UInt32, by count: UInt32) async throws {
        try await send(Frame.windowUpdate, stream: stream, payload: count.bytes)
    }

    // MARK: Receiving

    /// The next frame; SETTINGS and PING are acknowledged on the way. Nil at the end of the connection.
    mutating func frame() async throws -> Frame? {
        while true {
            if let frame = parse() {
                if frame.type == Frame.settings, frame.flags & 1 == 0 {
                    try? await send(Frame.settings, flags: 1)
                    continue
                }
                if frame.type == Frame.ping, frame.flags & 1 == 0 {
                    try? await send(Frame.ping, flags: 1, payload: frame.payload)
                    continue
                }
                return frame
            }
            guard let more = try await client.more() else { return nil }
            buffer.take(more)
        }
    }

    private mutating func parse() -> Frame? {
        guard let head = buffer.getBytes(at: buffer.readerIndex, length: 9) else { return nil }
        let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
        guard buffer.readableBytes >= 9 + length else { return nil }
        buffer.moveReaderIndex(forwardBy: 9)
        let stream = head[5...8].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        return Frame(type: head[3], flags: head[4], stream: stream, payload: buffer.readBytes(length: length) ?? [])
    }

    /// Everything on that stream until it ends; what comes on others is passed over. Nil when the connection ended.
    mutating func answer(stream: UInt32) async throws -> Answer? {
        var answer = Answer()
        while let frame = try await frame() {
            if frame.type == Frame.goAway, frame.errorCode != 0 { return nil }
            let fields = try frame.type == Frame.headers ? headers(frame) : []
            guard frame.stream == stream else { continue }
            switch frame.type {
            case Frame.headers:
                if answer.status.isEmpty || answer.status.hasPrefix("1") {
                    answer.status = fields.first { $0.0 == ":status" }?.1 ?? ""
                    answer.fields = fields
                } else {
                    answer.trailers = fields
                }
            case Frame.data: answer.body += frame.payload
            case Frame.reset:
                answer.reset = frame.errorCode
                return answer
            default: break
            }
            if frame.endsStream { return answer }
        }
        return nil
    }

    mutating func headers(_ frame: Frame) throws -> [(String, String)] {
        var block = ByteBuffer(bytes: frame.payload)
        return try decoder.decodeHeaders(from: &block).map { ($0.name, $0.value) }
    }

    /// Why the connection ended: the code of GOAWAY; nil when there was none.
    mutating func farewell() async throws -> UInt8? {
        var code: UInt8?
        while let frame = try await frame() { if frame.type == Frame.goAway { code = frame.errorCode } }
        return code
    }
}

extension FixedWidthInteger {
    var bytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
