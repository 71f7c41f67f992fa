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

    mutating func begin(_ reason: Reason, now: NIODeadline, _ patience: Patience) {
        wanted = reason
        if !isBlocked { deadline = now + patience[reason] }
    }

    /// The client does not read fast enough, or does so again; meanwhile nothing else is waited for.
    mutating func setBlocked(_ isBlocked: Bool, now: NIODeadline, _ patience: Patience) {
        self.isBlocked = isBlocked
        deadline = now + patience[reason]
    }

    /// How long each is waited for, calculated once.
    struct Patience: Sendable {
        private let header, nextRequest, lastRequest, body, response, wakeUp, turn, tunnel: TimeAmount

        init(_ timeOuts: GatewayConfiguration.TimeOuts) {
            header = TimeAmount(timeOuts.header)
            nextRequest = TimeAmount(timeOuts.keepAlive)
            lastRequest = min(Waiting.lastRequest, nextRequest)
            body = TimeAmount(timeOuts.bodyIdle)
            response = TimeAmount(timeOuts.upstreamResponse)
            wakeUp = TimeAmount(timeOuts.wakeUp)
            turn = TimeAmount(timeOuts.turn)
            tunnel = TimeAmount(timeOuts.tunnelIdle)
        }

        subscript(reason: Reason) -> TimeAmount {
            switch reason {
            case .nothing: .hours(24 * 365)
            case .header: header
            case .nextRequest: nextRequest
            case .lastRequest: lastRequest
            case .body, .reader: body
            case .response: response
            case .wakeUp: wakeUp
            case .turn: turn
            case .tunnel: tunnel
            case .farewell: Waiting.farewell
            }
        }
    }
}
