internal import BedelDomain
internal import NIOCore

/// What one event loop knows of one address behind it. Belongs to that loop.
final class Replica {
    let address: Instance.Address
    /// Requests on their way there, from this loop.
    private(set) var inFlight = 0
    private(set) var breaker: Breaker
    /// The active health check says that it is away.
    var isDown = false
    private var lastTold: NIODeadline?
    /// Where connections to it wait; looked up once.
    var shelf: UpstreamPool.Shelf?

    init(_ address: Instance.Address, _ settings: UpstreamSettings) {
        self.address = address
        breaker = Breaker(settings)
    }

    func isOpen(_ now: NIODeadline) -> Bool { breaker.isClosed || breaker.opensAgain(now) == nil }

    /// Whether it is time again to say that it is used; then it counts as said.
    func tellsOfUse(at now: NIODeadline) -> Bool {
        if let lastTold, now - lastTold < Self.tellingInterval { return false }
        lastTold = now
        return true
    }

    /// Far below any time after which a model may sleep.
    private static let tellingInterval = TimeAmount.seconds(15)

    /// - Precondition: ``isOpen(_:)``.
    func begin() -> Visit {
        inFlight += 1
        return Visit(replica: self, pass: breaker.pass())
    }

    /// One request's time at a replica. Its outcome is told at most once; ``end(at:)`` exactly once.
    struct Visit {
        let replica: Replica
        let pass: Breaker.Pass
        private var isTold = false

        fileprivate init(replica: Replica, pass: Breaker.Pass) {
            self.replica = replica
            self.pass = pass
        }

        /// - Returns: whether the replica was shut and is open again.
        @discardableResult
        mutating func succeeded() -> Bool {
            guard !isTold else { return false }
            isTold = true
            return replica.breaker.succeeded(pass)
        }

        /// - Returns: whether the replica is left alone from now on.
        @discardableResult
        mutating func failed(at now: NIODeadline) -> Bool {
            guard !isTold else { return false }
            isTold = true
            return replica.breaker.failed(pass, at: now)
        }

        func end(at now: NIODeadline) {
            replica.inFlight -= 1
            if !isTold { replica.breaker.abandoned(pass, at: now) }
        }
    }
}
