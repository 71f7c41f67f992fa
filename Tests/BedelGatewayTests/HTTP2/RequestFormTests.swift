import BedelDomain
import NIOCore
import NIOHPACK
import Testing

@testable import BedelGateway

/// What HTTP/2 can say and HTTP/1.1 must not hear (RFC 9113, sections 8.2 and 8.3).
@Suite("HTTP/2 requests in HTTP/1.1 form")
struct RequestFormTests {
    private static let good: [(String, String)] = [
        (":method", "GET"), (":scheme", "https"), (":authority", "bedel.test"), (":path", "/a?b"),
    ]

    private static func form(_ fields: [(String, String)], hasBody: Bool = false) throws -> RequestForm.Head {
        try RequestForm.head(of: HPACKHeaders(fields), hasBody: hasBody)
    }

    private static func text(_ head: RequestForm.Head) -> String { String(decoding: head.bytes, as: UTF8.self) }

    @Test func plainRequestHasItsForm() throws {
        let head = try Self.form(Self.good + [("accept", "*/*"), ("x-a", "")])
        #expect(Self.text(head) == "GET /a?b HTTP/1.1\r\nHost: bedel.test\r\naccept: */*\r\nx-a: \r\n\r\n")
        #expect(head.framing == .none)
    }

    @Test func bodyWithoutLengthIsChunked() throws {
        let head = try Self.form(Self.good, hasBody: true)
        #expect(head.framing == .chunked)
        #expect(Self.text(head).hasSuffix("\r\nTransfer-Encoding: chunked\r\n\r\n"))
    }

    @Test func bodyWithLengthKeepsIt() throws {
        let head = try Self.form(Self.good + [("content-length", "5")], hasBody: true)
        #expect(head.framing == .length(5))
        #expect(Self.text(head).hasSuffix("\r\nContent-Length: 5\r\n\r\n"))
    }

    @Test func cookieCrumbsAreJoined() throws {
        let head = try Self.form(Self.good + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")])
        #expect(Self.text(head).hasSuffix("\r\nx: y\r\nCookie: a=1; b=2; c=3\r\n\r\n"))
    }

    @Test func hostStandsInForAuthority() throws {
        let fields = Self.good.filter { $0.0 != ":authority" } + [("host", "bedel.test")]
        #expect(Self.text(try Self.form(fields)) == "GET /a?b HTTP/1.1\r\nHost: bedel.test\r\n\r\n")
        #expect(throws: BedelError.self) { try Self.form(Self.good.filter { $0.0 != ":authority" }) }
    }

    @Test(arguments: [
        ("x-a", "b\r\nX-Bedel-User: root"), ("x-a", "b\nc"), ("x-a", "b\rc"), ("x-a", "b\0c"), ("x-a", " b"),
        ("x-a", "b\t"), ("X-A", "b"), ("x a", "b"), ("x\r\ny", "b"), ("", "b"), ("x:y", "b"), ("connection", "close"),
        ("transfer-encoding", "chunked"), ("keep-alive", "1"), ("proxy-connection", "x"), ("upgrade", "h2c"),
        ("te", "gzip"), ("host", "other.test"), ("content-length", "5"), ("content-length", "+0"),
        ("content-length", "0x0"), ("content-length", ""), (":method", "GET"), (":path", "/b"), (":status", "200"),
        (":protocol", "websocket"),
    ])
    func fieldIsRefused(_ name: String, _ value: String) {
        #expect(throws: BedelError.self) { try Self.form(Self.good + [(name, value)]) }
    }

    @Test(arguments: ["content-length", "host"])
    func fieldMayNotStandThereTwice(_ name: String) {
        let value = name == "host" ? "bedel.test" : "0"
        #expect(throws: Never.self) { try Self.form(Self.good + [(name, value)]) }
        #expect(throws: BedelError.self) { try Self.form(Self.good + [(name, value), (name, value)]) }
    }

    @Test(arguments: [
        (":path", "a"), (":path", ""), (":path", "/a b"), (":path", "/a\r\nX: y"), (":path", "/\0"), (":path", "*"),
        (":path", "/a HTTP/1.1\r\n\r\nGET /b"), (":path", "http://bedel.test/"), (":path", "/é"),
        (":method", ""), (":method", "GET /x HTTP/1.1\r\nX:"), (":method", "G T"), (":scheme", "http"), (":scheme", ""),
        (":authority", ""), (":authority", "bedel.test\r\nX: y"), (":authority", "bedel test"),
    ])
    func pseudoHeaderIsRefused(_ name: String, _ value: String) {
        let fields = Self.good.map { $0.0 == name ? (name, value) : $0 }
        #expect(throws: BedelError.self) { try Self.form(fields) }
        #expect(throws: BedelError.self) {
            try Self.form(Self.good.filter { $0.0 != name || name == ":authority" } + [(name, value)])
        }
    }

    @Test func asteriskIsForOptionsOnly() throws {
        let fields = Self.good.map {
            $0.0 == ":path" ? (":path", "*") : $0.0 == ":method" ? (":method", "OPTIONS") : $0
        }
        #expect(Self.text(try Self.form(fields)).hasPrefix("OPTIONS * HTTP/1.1\r\n"))
    }

    @Test func bodyIsAsLongAsPromised() throws {
        func feed(_ pieces: [Int]) throws {
            var body = BodyIntake(.length(10))
            for (index, count) in pieces.enumerated() {
                _ = try body.data(
                    ByteBuffer(repeating: 0x61, count: count), isLast: index == pieces.count - 1, allocator: .init())
            }
        }
        #expect(throws: Never.self) { try feed([4, 6]) }
        for wrong in [[4, 5], [11], [10, 1], [0]] { #expect(throws: BedelError.self) { try feed(wrong) } }
    }
}
