internal import BedelDomain
internal import NIOCore

/// Between being allowed in and going on: is it too much, too large, and whose turn is it?
extension ClientHandler {
    /// Allowed in by the policies.
    func enter(_ exchange: Exchange, _ route: Route) {
        if let refusal = loop.rates.admit(
            user: exchange.known?.user, address: remoteAddress, to: route, now: loop.time.now)
        {
            loop.metrics.limit(refusal.reason)
            return answer(Self.tooMany(refusal.reason), retryAfter: Self.seconds(refusal.wait))
        }
        exchange.bodyLeft = bodyLimit(route)
        if case .length(let length)? = exchange.request?.framing, let limit = exchange.bodyLeft, length > limit {
            return refuseBody()
        }
        guard hasBeginningOfBody(of: exchange) else {
            state.lacksBody()
            wait(for: .body)
            return readMore()
        }
        lineUp(exchange, route)
    }

    // MARK: Bodies that have not come yet

    /// As much as one read brings from most clients.
    private static let beginning = 16 * 1024

    /// Whoever takes their time with a body takes it from themselves: they have no turn, no connection to an upstream and
    /// none of its workers before there is something to do. What has no length may be a conversation, and whoever asks
    /// whether to begin is owed an answer: neither is held back.
    private func hasBeginningOfBody(of exchange: Exchange) -> Bool {
        guard let request = exchange.request, case .length(let length) = request.framing, !request.expectsContinue
        else { return true }
        return inbound.readableBytes >= min(length, UInt64(Self.beginning))
    }

    /// It has all come, and nobody could take it yet.
    var holdsWholeBody: Bool {
        guard state.phase == .deciding || state.phase == .connecting,
            case .length(let length)? = exchange?.request?.framing
        else { return false }
        return inbound.readableBytes >= length
    }

    /// More of it has come.
    /// - Returns: whether there is something else to do now.
    func gather() -> Bool {
        guard let exchange, let route = exchange.route, hasBeginningOfBody(of: exchange) else {
            wait(for: .body)
            return false
        }
        state.bodyBegan()
        lineUp(exchange, route)
        return true
    }

    /// Waits for its turn, if there are too many.
    func lineUp(_ exchange: Exchange, _ route: Route) {
        let place = FairQueue.Place(line: route.line, party: party(of: exchange))
        guard !loop.stalls.hasTooMany(place.party) else {
            loop.metrics.limit(.unread)
            return answer(Self.tooMuchUnread, retryAfter: 5)
        }
        exchange.place = place
        switch loop.enterQueue(place) {
        case .go:
            exchange.holdsPlace = true
            connect(exchange, route)
        case .wait(let ticket, let loser):
            exchange.ticket = ticket
            loop.queued[ticket] = self
            wait(for: .turn)
            if let loser { loop.loseTurn(loser) }
        case .full:
            loop.metrics.limit(.queueFull)
            answer(Self.busy, retryAfter: 5)
        }
    }

    private func party(of exchange: Exchange) -> Party {
        if let known = exchange.known { .user(known.user) } else { .address(remoteAddress) }
    }

    /// It is this request's turn; it has its place in any case, and gives it back if nobody needs it.
    func turnCame(_ ticket: FairQueue.Ticket, _ place: FairQueue.Place) {
        guard let exchange, exchange.ticket == ticket, state.phase == .connecting, let route = exchange.route,
            context != nil
        else { return loop.leaveQueue(place) }
        exchange.ticket = nil
        exchange.holdsPlace = true
        connect(exchange, route)
    }

    func turnDidNotCome() {
        loop.metrics.limit(.queueTime)
        leaveQueue()
        answer(Self.busy, retryAfter: 5)
    }

    /// Others, who have fewer requests waiting, went in front of it.
    func turnWasLost(_ ticket: FairQueue.Ticket) {
        guard exchange?.ticket == ticket, state.phase == .connecting, context != nil else { return }
        exchange?.ticket = nil
        loop.metrics.limit(.queueFull)
        answer(Self.busy, retryAfter: 5)
    }

    /// With the answer's end, or when it turns out to have none of its own.
    func leaveQueue() {
        guard let exchange, let place = exchange.place else { return }
        if let ticket = exchange.ticket {
            exchange.ticket = nil
            loop.queued[ticket] = nil
            loop.queue.giveUp(ticket, place)
        }
        guard exchange.holdsPlace else { return }
        exchange.holdsPlace = false
        loop.leaveQueue(place)
    }

    // MARK: Slow clients

    /// The client does not read fast enough, or does so again.
    func readerChanged(isBlocked: Bool) {
        waiting.setBlocked(isBlocked, now: loop.time.now, loop.patience)
        guard isBlocked else { return endStall() }
        beginStall(exchange?.place?.party)
        // What waits for a slow reader makes no work: it keeps nobody else waiting for a turn.
        leaveQueue()
    }

    func beginStall(_ party: Party?) {
        guard let party, stall == nil, context != nil else { return }
        stall = loop.beginStall(of: party, self)
    }

    func endStall() {
        guard let stall else { return }
        self.stall = nil
        loop.stalls.end(stall)
    }

    /// Called with the time-outs.
    func checkPace(_ now: NIODeadline) {
        guard let exchange else { return }
        switch waiting.reason {
        case .body where !GRPC.isSpoken(by: exchange.request):
            // Nothing came for a while: others go on, this one goes on when there is more.
            let bytes = exchange.requestBytes + inbound.readableBytes
            if bytes == exchange.requestBytesSeen, exchange.holdsPlace { leaveQueue() }
            exchange.requestBytesSeen = bytes
            if exchange.pace.isTooSlow(bytes, at: now, loop.pace) { endSlowUpload() }
        case .reader where !exchange.isEventStream && state.phase == .exchanging:
            if exchange.pace.isTooSlow(exchange.responseBytes - unsentBytes, at: now, loop.pace) { endUnread() }
        default: exchange.pace.stop()
        }
    }

    private func endSlowUpload() {
        loop.metrics.limit(.slowUpload)
        dropUpstream()
        guard !state.hasAnswered else { return abort() }
        state.makeLast()
        answer(BedelError(.requestTimedOut, "The request's body came too slowly.", next: "Try again."))
    }

    /// There is no answer in the middle of one; only a cut connection says that it is not whole.
    func endUnread() {
        loop.metrics.limit(.slowReader)
        dropUpstream()
        abort()
        // A stream that has its whole answer takes the first for its end, and stays until it has been read.
        if isStream { abort() }
    }

    // MARK: Bodies that are too large

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
        .unavailable, "Too many requests are waiting here already.", next: "Try again in a few seconds.")

    private static let tooMuchUnread = BedelError(
        .tooManyRequests, "You have asked for many answers that you do not read.",
        next: "Read or end some of those downloads, then try again.")

    private static func seconds(_ wait: TimeAmount) -> Int { Int((wait.nanoseconds + 999_999_999) / 1_000_000_000) }
}
