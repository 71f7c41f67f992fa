internal import BedelDomain
internal import NIOCore

/// A request whose client has gone while its upstream was at work on it. What it takes of everybody's is still taken: its
/// place in the queue and at the replica, until the answer is there, which goes nowhere. Whoever asks and leaves a thousand
/// times gets no more done than who stays, and the connection is as good as before for the next one.
final class Leftover: UpstreamUser {
    /// For how long, and for how many bytes of an answer, waiting is cheaper than another connection.
    private static let patience = TimeAmount.seconds(5)
    private static let enough = 64 * 1024

    private let loop: GatewayLoop
    private var connection: UpstreamConnection?
    private let place: FairQueue.Place?
    private var visit: Replica.Visit?
    private var received = 0
    private var limit: Scheduled<Void>?

    /// - Parameters:
    ///   - place: has been entered, and is left when this ends.
    ///   - visit: ends with it too.
    init(of connection: UpstreamConnection, place: FairQueue.Place?, visit: Replica.Visit?, loop: GatewayLoop) {
        self.connection = connection
        self.place = place
        self.visit = visit
        self.loop = loop
    }

    func start() {
        limit = loop.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in giveUp() }
        connection?.hand(to: self)
    }

    // MARK: The upstream

    func upstreamBegan(_ head: ResponseHead, framing: BodyFraming) {
        if head.status < 500 { visit?.succeeded() }
        // What has no end of its own is for nobody any more.
        if head.status == 101 || framing == .untilClose || ResponseRewriter.isEventStream(head) { giveUp() }
    }

    func upstreamSent(_ data: ByteBuffer) {
        received += data.readableBytes
        if received > Self.enough { giveUp() }
    }

    func upstreamPaused() { connection?.read() }

    func upstreamEnded() {
        if let connection { loop.pool.give(connection) }
        end()
    }

    func upstreamLost(_ error: BedelError) { end() }

    func upstreamWritabilityChanged() {}

    // MARK: The end

    private func giveUp() {
        connection?.close()
        end()
    }

    private func end() {
        guard connection != nil else { return }
        connection = nil
        limit?.cancel()
        visit?.end(at: loop.time.now)
        if let place { loop.leaveQueue(place) }
    }
}
