import BedelDomain
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

@testable import bedel

@Suite("Traces for a collector")
struct OTLPTests {
    private static func span(_ number: UInt64 = 1, parent: UInt64 = 0, method: String = "GET", status: Int = 200)
        -> TraceSpan
    {
        TraceSpan(
            traceHigh: 0x0AF7, traceLow: 2, id: number, parent: parent, state: parent == 0 ? "" : "a=1",
            requestID: "r", method: method, path: "/p", host: "h", route: "service", profile: "ml-2026", status: status,
            start: Timestamp(microseconds: 1_795_255_200_000_001), end: Timestamp(microseconds: 1_795_255_200_000_042))
    }

    private func hop(_ span: TraceSpan) throws -> [String: Any] {
        let message = try JSONSerialization.jsonObject(with: OTLPTraces([span]).json()) as? [String: Any]
        let resource = (message?["resourceSpans"] as? [[String: Any]])?.first
        let scope = (resource?["scopeSpans"] as? [[String: Any]])?.first
        return try #require((scope?["spans"] as? [[String: Any]])?.first)
    }

    @Test func idsAreHexadecimalAndTimesAreStrings() throws {
        let first = try hop(Self.span())
        #expect(first["traceId"] as? String == "0000000000000af70000000000000002")
        #expect(first["spanId"] as? String == "0000000000000001")
        #expect(first["parentSpanId"] == nil)
        #expect(first["startTimeUnixNano"] as? String == "1795255200000001000")
        #expect(first["kind"] as? Int == 2)
        #expect(first["flags"] as? Int == 0x101)
        let next = try hop(Self.span(parent: 9, method: "BREW", status: 503))
        #expect(next["parentSpanId"] as? String == "0000000000000009")
        #expect(next["traceState"] as? String == "a=1")
        #expect(next["flags"] as? Int == 0x301)
        #expect(next["name"] as? String == "HTTP service", "clients do not make up names")
        #expect((next["status"] as? [String: Int])?["code"] == 2)
    }

    @Test func theQueueIsBoundedAndCountsWhatItDrops() {
        var queue = SpanQueue(limit: 3)
        queue.add([Self.span(1), Self.span(2)])
        queue.add([Self.span(3), Self.span(4), Self.span(5)])
        #expect(queue.dropped == 2)
        #expect(queue.take(2).map(\.id) == [1, 2])
        #expect(queue.take(9).map(\.id) == [3])
        #expect(queue.isEmpty)
        #expect(queue.take(9).isEmpty)
    }

    /// Says when the group runs.
    private struct Beginning: Service {
        let start: AsyncStream<Void>.Continuation

        func run() async throws {
            start.yield()
            try await gracefulShutdown()
        }
    }

    /// How many were dropped once it has ended.
    private func dropped(of spans: [TraceSpan], at port: Int) async throws -> Int {
        var settings = SpanExporter.Settings()
        settings.firstPause = .milliseconds(1)
        settings.longestPause = .milliseconds(2)
        settings.farewell = .seconds(2)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let exporter = try SpanExporter(
            .init(endpoint: "http://127.0.0.1:\(port)/v1/traces"), settings: settings, logger: logger)
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(services: [exporter, Beginning(start: start)], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in starts { break }
            exporter.take(spans)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        return exporter.dropped
    }

    @Test(arguments: [("200 OK", 0), ("400 Bad Request", 2), ("503 Service Unavailable", 2)])
    func whatTheCollectorDoesNotTakeIsCounted(_ status: String, _ expected: Int) async throws {
        try await FixedServer.with({ _ in FixedServer.response("{}", status: status) }) { port in
            let dropped = try await dropped(of: [Self.span(1), Self.span(2)], at: port)
            #expect(dropped == expected)
        }
    }

    @Test func aCollectorThatIsAwayKeepsNobodyWaiting() async throws {
        let dropped = try await dropped(of: [Self.span()], at: 1)
        #expect(dropped == 1)
    }

    @Test(arguments: ["sample: 2", "sampel: 1"])
    func mistakesInTheConfigurationAreNamed(_ line: String) throws {
        let path = "/tmp/bedel-\(UInt32.random(in: 0 ... .max)).yaml"
        let text = "base: b\nlisten: l\nadmin: a\ndata: d\ndatabase: d\nissuers: []\n"
        try (text + "traces: {endpoint: 'http://h/v1/traces', \(line)}\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: BedelError.self) { try ServerConfiguration.read(path, environment: [:]) }
        #expect(error?.message.contains("traces") ?? false)
    }
}
