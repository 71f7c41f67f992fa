internal import NIOCore

/// What a connection waits for, and until when.
struct Waiting: Sendable {
    enum Reason: Equatable, Sendable {
        case nothing
        /// The rest of a head.
        case header
        /// The next head's first byte.
        case nextRequest
        /// The same, when the gateway is about to stop.
        case lastRequest
        case body
        case response
        /// A model to start.
        case wakeUp
        /// Others of the same profile.
        case turn
        case tunnel
        /// The client to notice that it was answered.
        case farewell
        /// The client to read what was sent to it.
        case reader
    }

    /// How long a connection may say its last when the gateway stops, and how long an answered client may go on
    /// sending.
    private static let lastRequest = TimeAmount.milliseconds(250)
    private static let farewell = TimeAmount.seconds(5)

    private var wanted = Reason.nothing
    private var isBlocked = false
    private(set) var deadline = NIODeadline.distantFuture

    var reason: Reason { isBlocked ? .reader : wanted }

    mutating func begin(_ reason: Reason, now: NIODeadline, _ timeOuts: GatewayConfiguration.TimeOuts) {
        wanted = reason
        if !isBlocked { deadline = Self.deadline(reason, now, timeOuts) }
    }

    /// The client does not read fast enough, or does so again; meanwhile nothing else is waited for.
    mutating func setBlocked(_ isBlocked: Bool, now: NIODeadline, _ timeOuts: GatewayConfiguration.TimeOuts) {
        self.isBlocked = isBlocked
        deadline = Self.deadline(reason, now, timeOuts)
    }

    private static func deadline(
        _ reason: Reason, _ now: NIODeadline, _ timeOuts: GatewayConfiguration.TimeOuts
    ) -> NIODeadline {
        switch reason {
        case .nothing: .distantFuture
        case .header: now + TimeAmount(timeOuts.header)
        case .nextRequest: now + TimeAmount(timeOuts.keepAlive)
        case .lastRequest: now + min(lastRequest, TimeAmount(timeOuts.keepAlive))
        case .body, .reader: now + TimeAmount(timeOuts.bodyIdle)
        case .response: now + TimeAmount(timeOuts.upstreamResponse)
        case .wakeUp: now + TimeAmount(timeOuts.wakeUp)
        case .turn: now + TimeAmount(timeOuts.turn)
        case .tunnel: now + TimeAmount(timeOuts.tunnelIdle)
        case .farewell: now + farewell
        }
    }
}
