internal import BedelDomain
internal import NIOCore

/// One question to one address: `GET` on its health path, over a connection of its own. Lives on one event loop, until
/// it has an answer.
final class HealthProbe: UpstreamUser {
    private let target: HealthTarget
    private let answer: EventLoopPromise<Bool>
    private var connection: UpstreamConnection?
    private var isOver = false

    private init(_ target: HealthTarget, _ answer: EventLoopPromise<Bool>) {
        self.target = target
        self.answer = answer
    }

    /// - Returns: whether it is well; never fails, and is there in time.
    static func ask(
        _ target: HealthTarget, by pool: UpstreamPool, on eventLoop: any EventLoop, timeOut: TimeAmount
    ) -> EventLoopFuture<Bool> {
        let probe = HealthProbe(target, eventLoop.makePromise())
        let end = eventLoop.assumeIsolated().scheduleTask(in: timeOut) { probe.finish(false) }
        pool.connect(to: target.address).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let connection): probe.send(over: connection)
            case .failure: probe.finish(false)
            }
        }
        probe.answer.futureResult.assumeIsolated().whenComplete { _ in end.cancel() }
        return probe.answer.futureResult
    }

    private func send(over connection: UpstreamConnection) {
        guard !isOver else { return connection.close() }
        self.connection = connection
        connection.begin(for: self, isHeadRequest: false, mayUpgrade: false)
        connection.write(ByteBuffer(string: request))
        connection.flush()
    }

    private var request: String {
        let host =
            switch target.address {
            case .tcp(let host, let port): "\(host):\(port)"
            case .unixSocket: "localhost"
            }
        return "GET \(target.path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: bedel-health\r\nConnection: close\r\n\r\n"
    }

    private func finish(_ isWell: Bool) {
        guard !isOver else { return }
        isOver = true
        connection?.close()
        connection = nil
        answer.succeed(isWell)
    }

    // MARK: What it says; the head tells all

    func upstreamBegan(_ head: ResponseHead, framing: BodyFraming) { finish((200..<400).contains(head.status)) }
    func upstreamLost(_ error: BedelError) { finish(false) }
    func upstreamSent(_ data: ByteBuffer) {}
    func upstreamPaused() { connection?.read() }
    func upstreamEnded() {}
    func upstreamWritabilityChanged() {}
}
