internal import BedelDomain
internal import NIOCore

/// Between being allowed in and going on: is it too much, too large, and whose turn is it?
extension ClientHandler {
    /// Allowed in by the policies.
    func enter(_ route: Route) {
        if let refusal = loop.rates.admit(
            user: exchange?.known?.user, address: remoteAddress, to: route, now: .now())
        {
            loop.metrics.limit(refusal.reason)
            return answer(Self.tooMany(refusal.reason), retryAfter: Self.seconds(refusal.wait))
        }
        exchange?.bodyLeft = bodyLimit(route)
        if case .length(let length)? = exchange?.request?.framing, let limit = exchange?.bodyLeft, length > limit {
            return refuseBody()
        }
        lineUp(route)
    }

    /// Waits for its turn, if there are too many. The console looks after itself.
    func lineUp(_ route: Route) {
        guard route.kind.isModel || route.kind == .service else { return connect(route) }
        switch loop.queue.enter(route.profile) {
        case .go:
            exchange?.holdsPlace = true
            connect(route)
        case .wait(let ticket):
            exchange?.ticket = ticket
            loop.queued[ticket] = self
            wait(for: .turn)
        case .full:
            loop.metrics.limit(.queueFull)
            answer(Self.busy, retryAfter: 5)
        }
    }

    /// It is this request's turn; it has its place in any case, and gives it back if nobody needs it.
    func turnCame(_ ticket: FairQueue.Ticket, _ profile: Label?) {
        guard exchange?.ticket == ticket, state.phase == .connecting, let route = exchange?.route, context != nil else {
            return loop.leaveQueue(profile)
        }
        exchange?.ticket = nil
        exchange?.holdsPlace = true
        connect(route)
    }

    func turnDidNotCome() {
        loop.metrics.limit(.queueTime)
        leaveQueue()
        answer(Self.busy, retryAfter: 5)
    }

    /// With the answer's end, or when it turns out to have none of its own.
    func leaveQueue() {
        guard let exchange else { return }
        if let ticket = exchange.ticket {
            self.exchange?.ticket = nil
            loop.queued[ticket] = nil
            loop.queue.giveUp(ticket, exchange.route?.profile)
        }
        guard exchange.holdsPlace else { return }
        self.exchange?.holdsPlace = false
        loop.leaveQueue(exchange.route?.profile)
    }

    // MARK: Bodies

    /// - Returns: whether so many more are still within the limit; else that was answered.
    func mayForward(_ count: Int) -> Bool {
        guard let left = exchange?.bodyLeft else { return true }
        exchange?.bodyLeft = left - count
        guard count > left else { return true }
        dropUpstream()
        state.bodyWasUnreadable()
        if state.hasAnswered { abort() } else { refuseBody() }
        return false
    }

    private func bodyLimit(_ route: Route) -> Int? {
        switch route.upstream {
        case .console: nil
        case .model: loop.house.configuration.fairUse.modelBody
        case .service(let service): service.bodyLimit
        }
    }

    private func refuseBody() {
        loop.metrics.limit(.bodySize)
        answer(BedelError(.tooLarge, "The request's body is larger than may be sent here.", next: "Send it in parts."))
    }

    // MARK: Words

    private static func tooMany(_ reason: LimitReason) -> BedelError {
        let whose =
            switch reason {
            case .profileRate: "Too many requests came for this course just now."
            case .memberQuota: "You sent more requests a second than your quota in this course allows."
            case .routeRate: "Too many requests came for this model or service just now."
            case .addressRate: "Too many requests came from your address just now."
            default: "You sent too many requests just now."
            }
        return BedelError(.tooManyRequests, whose, next: "Wait a moment, then send them more slowly.")
    }

    private static let busy = BedelError(
        .unavailable, "Too many requests of this course are waiting already.", next: "Try again in a few seconds.")

    private static func seconds(_ wait: TimeAmount) -> Int { Int((wait.nanoseconds + 999_999_999) / 1_000_000_000) }
}
