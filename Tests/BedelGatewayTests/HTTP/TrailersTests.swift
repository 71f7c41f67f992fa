import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Trailers")
struct TrailersTests {
    private static func after(_ lines: String) throws -> String {
        var decoder = BodyDecoder(.chunked)
        var bytes = ByteBuffer(string: "1\r\na\r\n0\r\n\(lines)\r\n")
        while let piece = try decoder.next(&bytes) { if piece == .end { break } }
        var text = ByteBuffer()
        decoder.trailers.write(into: &text)
        return String(buffer: text)
    }

    @Test func harmlessFieldsGoOn() throws {
        #expect(try Self.after("Grpc-Status:  0 \r\nX-Checksum: abc\r\n") == "Grpc-Status: 0\r\nX-Checksum: abc\r\n")
    }

    @Test(arguments: [
        "Authorization", "Cookie", "Set-Cookie", "Host", "Content-Length", "Transfer-Encoding", "X-Forwarded-User",
        "X-Bedel-User", "x_bedel_user", "Remote-User", "Connection", "TE", "Trailer", "Content-Type",
        "Content-Encoding",
        "Location", "Cache-Control", "Range", "If-Match", "WWW-Authenticate", "Expect", "Upgrade",
        "Proxy-Authorization",
        "Accept", "Max-Forwards", "Strict-Transport-Security", "Content-Security-Policy",
    ])
    func fieldThatMeansSomethingOnTheWayIsDropped(_ name: String) throws {
        #expect(try Self.after("\(name): 1\r\nX-Last: 2\r\n") == "X-Last: 2\r\n")
    }

    @Test(arguments: [" X: 1\r\n", "X : 1\r\n", "X\r\n", "X: \0\r\n", ": 1\r\n"])
    func malformedFieldIsRefused(_ line: String) {
        #expect(throws: BedelError.self) { try Self.after(line) }
    }
}
