import AsyncHTTPClient
import BedelDomain
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Sends spans to a collector in batches. What it cannot get rid of it drops: the collector may be away for as long as it
/// likes, and no request notices.
final class SpanExporter: Service, SpanSink {
    /// Spans that wait; spans of one message; messages tried again.
    struct Settings {
        var queue = 8192
        var batch = 512
        var tries = 4
        var firstPause = Duration.milliseconds(500)
        var longestPause = Duration.seconds(30)
        var patience = Duration.seconds(10)
        /// For what is left when the process ends.
        var farewell = Duration.seconds(5)

        init() {}
    }

    private enum Outcome { case taken, later(Duration?), refused(String) }

    private let endpoint: String
    private let settings: Settings
    private let logger: Logger
    private let queue: Mutex<SpanQueue>
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init(_ configuration: ServerConfiguration.Traces, settings: Settings = .init(), logger: Logger) throws {
        endpoint = configuration.endpoint
        self.settings = settings
        self.logger = logger
        queue = Mutex(SpanQueue(limit: settings.queue))
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func take(_ spans: [TraceSpan]) {
        queue.withLock { $0.add(spans) }
        ring.yield()
    }

    var dropped: Int { queue.withLock { $0.dropped } }

    func run() async throws {
        let http = HTTPClient(configuration: Self.clientConfiguration)
        // The pauses between two tries end with the process; what is left then gets one last try.
        await cancelWhenGracefulShutdown {
            for await _ in self.bell {
                await self.sendAll(by: http)
                if Task.isCancelled { break }
            }
        }
        let end = ContinuousClock.now + settings.farewell
        while ContinuousClock.now < end, case let batch = nextBatch(), !batch.isEmpty {
            guard case .taken = await send(batch, by: http) else {
                lose(batch.count, "the process ends")
                break
            }
        }
        try? await http.shutdown()
    }

    private func sendAll(by http: HTTPClient) async {
        while !Task.isCancelled, case let batch = nextBatch(), !batch.isEmpty { await deliver(batch, by: http) }
    }

    private func nextBatch() -> [TraceSpan] { queue.withLock { $0.take(settings.batch) } }

    /// OTLP 1, “Failures”: 429, 502, 503 and 504 are tried again, later; what else is refused is refused for good.
    private func deliver(_ batch: [TraceSpan], by http: HTTPClient) async {
        var pause = settings.firstPause
        for attempt in 1...settings.tries {
            let outcome = await send(batch, by: http)
            // The process ends: this batch is among those that get a last try.
            if Task.isCancelled, case .later = outcome { return queue.withLock { $0.putBack(batch) } }
            switch outcome {
            case .taken: return
            case .refused(let reason): return lose(batch.count, reason)
            case .later(let wanted) where attempt < settings.tries:
                try? await Task.sleep(for: min(wanted ?? pause, settings.longestPause))
                pause = min(pause * 2, settings.longestPause)
            case .later: break
            }
        }
        lose(batch.count, "the collector does not take them")
    }

    private func send(_ batch: [TraceSpan], by http: HTTPClient) async -> Outcome {
        do {
            var request = HTTPClientRequest(url: endpoint)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "user-agent", value: "bedel")
            let message = try OTLPTraces(batch).json()
            request.body = .bytes(ByteBuffer(bytes: message))
            let answer = try await http.execute(request, timeout: .milliseconds(settings.patience.milliseconds))
            _ = try? await answer.body.collect(upTo: 64 * 1024)
            switch answer.status.code {
            case 200..<300: return .taken
            case 429, 502, 503, 504:
                return .later(answer.headers.first(name: "retry-after").flatMap(Int64.init).map(Duration.seconds))
            case let status: return .refused("the collector answers \(status)")
            }
        } catch {
            return .later(nil)
        }
    }

    private func lose(_ count: Int, _ reason: String) {
        queue.withLock { $0.lost(count) }
        logger.warning("spans are dropped", metadata: ["count": "\(count)", "reason": "\(reason)"])
    }

    private static var clientConfiguration: HTTPClient.Configuration {
        HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)),
            decompression: .disabled)
    }
}
