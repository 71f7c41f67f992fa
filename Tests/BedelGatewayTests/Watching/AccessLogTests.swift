import BedelDomain
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import BedelGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The access log")
struct AccessLogTests {
    private final class Sink: AccessLogSink {
        private let pieces = Mutex<[String]>([])
        var all: [String] { pieces.withLock { $0 } }

        func write(_ lines: UnsafeRawBufferPointer) {
            let text = String(decoding: lines, as: UTF8.self)
            pieces.withLock { $0.append(text) }
        }
    }

    private struct Noon: TimeSource {
        func now() -> Timestamp { Timestamp("2026-11-21T12:00:00.000042Z") ?? Timestamp(seconds: 0) }
    }

    private func exchange(_ head: String) throws -> Exchange {
        let exchange = Exchange(id: RequestID(high: 0x0123, low: 0xABC), startedAt: .now())
        var hosts = HostNames()
        exchange.request = try RequestNormaliser(scheme: "http", base: "bedel.test").normalise(
            HeadParser.request(Array(head.utf8), maximumFields: 10), &hosts)
        exchange.status = 200
        return exchange
    }

    @Test func linesAreJSON() throws {
        let loop = EmbeddedEventLoop()
        let sink = Sink()
        let log = AccessLog(sink: sink, time: LoopTime(Noon()), eventLoop: loop)
        log.add(
            try exchange("GET /a%C3%A4?secret=1 HTTP/1.1\r\nHost: Bedel.test\r\nAuthorization: Bearer hidden\r\n\r\n"),
            remoteAddress: "a\"b\\c\u{1}", duration: .microseconds(1234))
        log.flush()
        let text = sink.all.joined()
        #expect(!text.contains("secret") && !text.contains("hidden"))
        let line = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(line["time"] == "2026-11-21T12:00:00.000042Z")
        #expect(line["request_id"] == "00000000000001230000000000000abc")
        #expect(line["path"] == "/a%C3%A4" && line["method"] == "GET" && line["host"] == "bedel.test")
        #expect(line["remote"] == "a\"b\\c\u{1}" && line["status"] == "200" && line["microseconds"] == "1234")
    }

    @Test func linesGoTogether() throws {
        let loop = EmbeddedEventLoop()
        let sink = Sink()
        let log = AccessLog(sink: sink, time: LoopTime(Noon()), eventLoop: loop)
        let exchange = try exchange("GET / HTTP/1.1\r\nHost: bedel.test\r\n\r\n")
        for _ in 0..<3 { log.add(exchange, remoteAddress: "127.0.0.1", duration: .zero) }
        #expect(sink.all.isEmpty)
        loop.advanceTime(by: .milliseconds(100))
        #expect(sink.all.map { $0.split(separator: "\n").count } == [3])
        log.add(exchange, remoteAddress: "127.0.0.1", duration: .zero)
        log.flush()
        #expect(sink.all.count == 2)
        loop.advanceTime(by: .milliseconds(100))
        #expect(sink.all.count == 2, "nothing comes twice")
    }

    @Test func batchesAreBounded() throws {
        let loop = EmbeddedEventLoop()
        let sink = Sink()
        let log = AccessLog(sink: sink, time: LoopTime(Noon()), eventLoop: loop)
        let exchange = try exchange("GET / HTTP/1.1\r\nHost: bedel.test\r\n\r\n")
        for _ in 0..<1000 { log.add(exchange, remoteAddress: "127.0.0.1", duration: .zero) }
        #expect(!sink.all.isEmpty)
        #expect(sink.all.allSatisfy { $0.hasSuffix("}\n") && $0.utf8.count < 64 * 1024 })
    }
}
