import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Bodies in pieces")
struct BodyDecoderTests {
    /// Feeds `text` in pieces of `size` bytes; what comes out, and what is left for the next message.
    private func decode(_ text: String, _ framing: BodyFraming, size: Int) throws -> (
        body: String, ended: Bool, rest: String
    ) {
        var decoder = BodyDecoder(framing)
        var buffer = ByteBuffer()
        var body = ""
        var ended = false
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            buffer.writeBytes(bytes[start..<min(start + size, bytes.count)])
            while let piece = try decoder.next(&buffer) {
                switch piece {
                case .data(let data): body += String(buffer: data)
                case .end: ended = true
                }
            }
        }
        return (body, ended, String(buffer: buffer))
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func chunksAreTheSameHoweverTheyArrive(_ size: Int) throws {
        let text = "5\r\nhello\r\n1;x=\"y\"\r\n!\r\nA\r\n0123456789\r\n0\r\nX-Trailer: a\r\n\r\nGET /"
        let result = try decode(text, .chunked, size: size)
        #expect(result == ("hello!0123456789", true, "GET /"))
    }

    @Test(arguments: [1, 4, 1000])
    func lengthEndsExactlyThere(_ size: Int) throws {
        #expect(try decode("helloGET /", .length(5), size: size) == ("hello", true, "GET /"))
    }

    @Test func bodyUntilCloseHasNoEndOfItsOwn() throws {
        #expect(try decode("hello", .untilClose, size: 2) == ("hello", false, ""))
    }

    @Test func noBodyEndsAtOnce() throws {
        var decoder = BodyDecoder(.none)
        var buffer = ByteBuffer(string: "GET /")
        let end = try decoder.next(&buffer)
        let behind = try decoder.next(&buffer)
        #expect(end == .end)
        #expect(behind == nil)
        #expect(buffer.readableBytes == 5)
    }

    @Test func whatIsEncodedIsDecodedTheSame() throws {
        let encoder = BodyEncoder(framing: .chunked)
        var buffer = ByteBuffer()
        for text in ["hello", " ", "world"] {
            for var piece in encoder.data(ByteBuffer(string: text), allocator: ByteBufferAllocator()) {
                buffer.writeBuffer(&piece)
            }
        }
        var end = try #require(encoder.end(allocator: ByteBufferAllocator()))
        buffer.writeBuffer(&end)
        #expect(try decode(String(buffer: buffer), .chunked, size: 4) == ("hello world", true, ""))
    }
}
