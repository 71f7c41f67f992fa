internal import BedelDomain
internal import Logging
internal import NIOCore

/// The way back: what the upstream says, and what is said when it does not.
extension ClientHandler: UpstreamUser {
    func upstreamBegan(_ head: ResponseHead, framing: BodyFraming) {
        state.heardUpstream()
        noteAnswer(head.status)
        guard let exchange, let request = exchange.request, let route = exchange.route else { return }
        do throws(BedelError) {
            try ResponseRewriter.check(head, framing, on: route)
        } catch {
            dropUpstream()
            return answer(error)
        }
        let outward = ResponseRewriter.framing(framing, to: request, status: head.status)
        if outward == .untilClose || head.status != 101 && request.wantsWebSocket { state.makeLast() }
        loop.head.removeAll()
        ResponseRewriter.write(
            head, to: request, on: route, framing: outward, closes: state.closesAfterAnswer,
            requestID: exchange.id, strictTransport: loop.house.strictTransport, into: &loop.head)
        exchange.status = head.status
        exchange.isEventStream = ResponseRewriter.isEventStream(head)
        // What may stay open for hours is not what others wait for.
        if head.status == 101 || exchange.isEventStream { leaveQueue() }
        state.responseBegan()
        responseEncoder = BodyEncoder(framing: outward)
        write(loop.head.buffer(allocator, room: Self.room(for: outward)))
        if head.status == 101 { return openTunnel() }
        waitForMore()
    }

    func upstreamSent(_ data: ByteBuffer) {
        state.heardUpstream()
        loop.metrics.bytesFromUpstreams += data.readableBytes
        if state.phase == .tunnelling {
            wait(for: .tunnel)
            frames.pass(data.readableBytesView)
            return write(data)
        }
        guard exchange?.request?.method != .head else { return }
        if responseEncoder.framing == .chunked {
            for buffer in responseEncoder.data(data, allocator: allocator) { write(buffer) }
        } else {
            write(data)
        }
        waitForMore()
    }

    /// For a body that goes out together with its head.
    private static func room(for framing: BodyFraming) -> Int {
        if case .length(let count) = framing, count <= 4096 { Int(count) } else { 0 }
    }

    private func waitForMore() { wait(for: exchange?.isEventStream ?? false ? .tunnel : .response) }

    func upstreamPaused() {
        flush()
        // A client that is not writable says so when it is again, and then the upstream is read on.
        if isWritable { upstream?.read() }
    }

    func upstreamEnded() {
        if let end = responseEncoder.end(allocator: allocator, trailers: trailersForClient) { write(end) }
        if let upstream {
            self.upstream = nil
            if state.requestIsComplete { loop.pool.give(upstream) } else { upstream.close() }
        }
        endAnswer()
    }

    /// Only for who says that they are understood (RFC 9110, section 6.5.1), and from no model, which is a stranger.
    private var trailersForClient: Trailers {
        guard let trailers = upstream?.trailers, !trailers.isEmpty, let exchange,
            exchange.request?.acceptsTrailers ?? false, !(exchange.route?.kind.isModel ?? true)
        else { return Trailers() }
        return trailers
    }

    func upstreamLost(_ error: BedelError) {
        upstream = nil
        loseUpstream(error)
    }

    func upstreamWritabilityChanged() {
        guard upstream?.isWritable ?? false else { return }
        if state.phase == .exchanging, !state.requestIsComplete { wait(for: .body) }
        process()
        upstream?.flush()
        readMore()
    }

    func loseUpstream(_ error: BedelError) {
        let wasSent = state.phase == .exchanging
        if !state.lossIsStale { noteFailure() }
        let loss = state.upstreamLost(elsewhere: hasElsewhere)
        if loss != .ignore, loss != .retry { loop.metrics.upstreamFailed(route: exchange?.routeName ?? "none") }
        switch loss {
        case .ignore: return
        case .cut:
            flush()
            abort()
        case .retry:
            retry(or: Self.unavailable(exchange?.route, wasSent: wasSent, detail: error.detail))
        case .answer:
            answer(Self.unavailable(exchange?.route, wasSent: wasSent, detail: error.detail))
        }
    }

    private func openTunnel() {
        state.protocolsSwitched()
        frames = WebSocketFrames()
        loop.metrics.openTunnels += 1
        wait(for: .tunnel)
        flush()
        process()
        upstream?.flush()
        readMore()
    }

    // MARK: Answers of our own

    /// Refuses, and notes it for the audit trail first: no refusal goes out that left no trace.
    func refuse(_ error: BedelError, reason: String) {
        answer(recordDenial(error, reason) ? error : Self.unrecordable)
    }

    /// - Parameter retryAfter: seconds.
    func answer(_ error: BedelError, retryAfter: Int? = nil) {
        guard let exchange else { return }
        if error.code.httpStatus >= 500, !error.detail.isEmpty {
            loop.house.logger.warning(
                "request failed",
                metadata: ["request_id": .string(exchange.requestID), "detail": .string(error.detail)])
        }
        answer(
            Answer(
                error, to: exchange.request, on: exchange.route, requestID: exchange.requestID, retryAfter: retryAfter))
    }

    func answer(_ answer: Answer) {
        guard let exchange else { return }
        dropUpstream()
        takeRest()
        let restIsWelcome = mayDiscardRest
        exchange.status = answer.status
        var buffer = allocator.buffer(capacity: 1024)
        answer.write(
            requestID: exchange.requestID, closes: !state.goesOn(restIsWelcome: restIsWelcome),
            withoutBody: exchange.request?.method == .head, strictTransport: loop.house.strictTransport, into: &buffer)
        write(buffer)
        endAnswer(restIsWelcome: restIsWelcome)
    }

    /// Of the request's body, what is here already. When that is all of it, the next request can follow.
    private func takeRest() {
        guard !isStream, !state.requestIsComplete, !state.closesAfterAnswer else { return }
        do throws(BedelError) {
            while !state.requestIsComplete, let event = try reader.next(&inbound) {
                switch event {
                case .head: return
                case .data(let data): noteBody(data)
                case .end: state.requestEnded()
                }
            }
        } catch {
            state.bodyWasUnreadable()
        }
    }

    /// Whoever is refused a small request, which most clients send in two pieces, need not connect again.
    private var mayDiscardRest: Bool {
        guard !isStream, let request = exchange?.request, !request.expectsContinue,
            case .length(let length) = request.framing
        else { return false }
        return length <= Self.discardLimit
    }

    private static let discardLimit: UInt64 = 64 * 1024

    /// The rest of what was refused is gone.
    func discarded() {
        goOn(state.discarded(), nil)
    }

    private func endAnswer(restIsWelcome: Bool = false) {
        let ending = state.responseEnded(restIsWelcome: restIsWelcome)
        // A stream is still there for as long as its answer is.
        let party = isStream ? exchange?.place?.party : nil
        finishExchange()
        goOn(ending, party)
    }

    private func goOn(_ ending: ProxyState.Ending, _ party: Party?) {
        switch ending {
        case .next:
            flushLater()
            wait(for: loop.isDraining ? .lastRequest : .nextRequest)
            process()
            beginStall(party)
            if inputHasEnded, state.phase == .waiting { return closeAfterFlush() }
            readMore()
        case .discard:
            flushLater()
            wait(for: .farewell)
            process()
            if inputHasEnded, state.phase == .discarding { return closeAfterFlush() }
            readMore()
        case .close:
            closeAfterFlush()
        case .linger:
            sayFarewell()
        }
    }

    func finishExchange() {
        leaveReplica()
        leaveQueue()
        guard let exchange else { return }
        let duration = loop.time.now - exchange.startedAt
        loop.metrics.finished(
            exchange.route?.kind, status: exchange.status, seconds: Double(duration.nanoseconds) / 1e9)
        if state.phase == .tunnelling || exchange.status == 101 { loop.metrics.openTunnels -= 1 }
        loop.record(exchange, duration: duration)
        loop.accessLog.add(exchange, remoteAddress: remoteAddress, duration: duration)
        self.exchange = nil
    }

    /// Closing at once would throw away what the client has not taken yet.
    func closeAfterFlush() {
        flush()
        guard let context, unsentBytes > 0 else { return abort() }
        wait(for: .body)
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.abort() }
    }

    /// Says that no more comes, and listens on until the client has understood.
    func sayFarewell() {
        wait(for: .farewell)
        inbound.clear()
        flush()
        context?.close(mode: .output, promise: nil)
        readMore()
    }

    // MARK: Time-outs

    func timedOut(_ reason: Waiting.Reason) {
        switch reason {
        case .nothing: return
        case .header:
            guard inbound.readableBytes > 0 else { return abort() }
            refuseUnreadable(
                BedelError(.requestTimedOut, "The request did not arrive in time.", next: "Try again."))
        case .body:
            dropUpstream()
            guard !state.hasAnswered else { return abort() }
            state.makeLast()
            answer(BedelError(.requestTimedOut, "The request's body stopped arriving.", next: "Try again."))
        case .wakeUp: modelDidNotCome()
        case .turn: turnDidNotCome()
        case .response:
            dropUpstream()
            noteFailure()
            loop.metrics.upstreamFailed(route: exchange?.routeName ?? "none")
            guard !state.hasAnswered, exchange != nil else { return abort() }
            answer(Self.tooSlow(exchange?.route))
        case .nextRequest, .lastRequest, .tunnel, .farewell, .reader: abort()
        }
    }

    private static func tooSlow(_ route: Route?) -> BedelError {
        guard let route, route.kind.isModel else {
            return BedelError(
                .upstreamTimedOut, "The service behind the gateway took too long.", next: "Try again in a minute.")
        }
        return BedelError(
            .modelTimedOut, "The model took too long to answer.", next: "Send fewer rows at once, or make it faster.")
    }

    private static func unavailable(_ route: Route?, wasSent: Bool, detail: String) -> BedelError {
        guard let route, route.kind.isModel else {
            return BedelError(
                .upstreamUnavailable, "The service behind the gateway does not answer.", next: "Try again in a minute.",
                detail: detail)
        }
        guard wasSent else {
            return BedelError(
                .modelNotReady, "The model does not answer; it may be starting again.",
                next: "Try again in a few seconds, or look at the model's log.", detail: detail)
        }
        return BedelError(
            .modelCrashed, "The model went away before it answered.", next: "Look at the model's log.", detail: detail)
    }

    // MARK: Audit

    /// - Returns: whether it is kept, or need not be.
    @discardableResult
    func recordDenial(_ error: BedelError, _ reason: String) -> Bool {
        guard let exchange, error.code.httpStatus != 503 else { return true }
        // Git asks once without a password before it asks with one; that is how it works, and nobody was refused.
        if exchange.route?.kind == .git, exchange.credential == nil { return true }
        let principal = exchange.known?.principal
        let requirement = exchange.route?.requirement
        return loop.house.denials.record(
            AuditEvent(
                at: loop.house.clock.now(), actor: principal?.user, actorName: principal?.login ?? "anonymous",
                action: requirement?.action.rawValue ?? "request.accept",
                resource: (requirement?.resource ?? .platform).description, profile: requirement?.resource.profile,
                outcome: .denied, reason: reason, facts: ["status": String(error.code.httpStatus)],
                requestID: exchange.requestID, remoteAddress: remoteAddress))
    }

    private static let unrecordable = BedelError(
        .unavailable, "This server cannot keep its audit trail just now, so it decides nothing.",
        next: "Try again in a minute.")
}
