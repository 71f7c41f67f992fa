internal import BedelDomain
internal import NIOCore

/// The way of a request, in order: parse, normalise, route, authenticate, authorise, rewrite, forward.
extension ClientHandler {
    /// A head has come.
    func serve(_ head: RequestHead) {
        let exchange = beginExchange()
        do throws(BedelError) {
            let request = try loop.house.normaliser.normalise(head, &loop.hosts)
            exchange.request = request
            exchange.trace = loop.trace(request, exchange.id)
            exchange.requestBytes = head.block.bytes.count
            reader.expectBody(request.framing)
            state.requestBegan(
                hasBody: request.framing != .none, keepsAlive: request.keepsAlive,
                isIdempotent: request.method.isIdempotent)
            if request.framing == .none { endEmptyBody() }
            try find(exchange, request)
        } catch {
            if error.code == .headersTooLarge { loop.metrics.limit(.headerSize) }
            if exchange.request == nil { state.requestWasUnreadable() }
            refuse(error, reason: error.code.rawValue)
        }
    }

    func refuseUnreadable(_ error: BedelError) {
        if error.code == .headersTooLarge { loop.metrics.limit(.headerSize) }
        if state.phase == .waiting {
            beginExchange()
            state.requestWasUnreadable()
            return refuse(error, reason: error.code.rawValue)
        }
        // In the middle of a body: nobody knows where anything begins any more.
        dropUpstream()
        state.bodyWasUnreadable()
        guard !state.hasAnswered else { return abort() }
        refuse(error, reason: error.code.rawValue)
    }

    @discardableResult
    private func beginExchange() -> Exchange {
        turn += 1
        let exchange = Exchange(id: loop.requestIDs.next(), startedAt: loop.time.now)
        self.exchange = exchange
        return exchange
    }

    /// A request without body has its end right behind its head.
    private func endEmptyBody() {
        var nothing = ByteBuffer()
        _ = try? reader.next(&nothing)
    }

    private func find(_ exchange: Exchange, _ request: NormalRequest) throws(BedelError) {
        guard let snapshot = loop.snapshot else {
            throw BedelError(.unavailable, "This server is starting.", next: "Try again in a few seconds.")
        }
        let route = try loop.house.router.route(request, in: snapshot)
        exchange.route = route
        if request.wantsWebSocket, route.kind == .service { try WebSocketHandshake.check(request) }
        if let token = try loop.house.credentials.bearer(of: request, on: route), let known = loop.known(bearer: token)
        {
            exchange.credential = known.credential
            return admit(known.principal, exchange, request, route)
        }
        guard let credential = try loop.house.credentials.credential(of: request, on: route) else {
            return admit(nil, exchange, request, route)
        }
        exchange.credential = credential
        if let known = loop.known(credential) { return admit(known, exchange, request, route) }
        wait(for: .response)
        let asked = turn
        // Held for as long as it takes: a weak reference would make every count of this object's references slower for
        // good.
        loop.authenticate(credential) { [self] result in
            guard turn == asked, state.phase == .deciding, context != nil else { return }
            authenticated(result, exchange, request, route)
        }
    }

    private func authenticated(
        _ result: Result<KnownPrincipal, BedelError>, _ exchange: Exchange, _ request: NormalRequest, _ route: Route
    ) {
        switch result {
        case .success(let known):
            admit(known, exchange, request, route)
        case .failure(let error):
            // A session that is over is nobody's fault; it is as if there were none.
            if error.code == .signInRequired, case .cookie = exchange.credential {
                return admit(nil, exchange, request, route)
            }
            refuse(error, reason: error.code.rawValue)
        }
    }

    private func admit(
        _ known: KnownPrincipal?, _ exchange: Exchange, _ request: NormalRequest, _ route: Route
    ) {
        exchange.known = known
        switch loop.house.doorkeeper.decide(known, request, route) {
        case .enter:
            state.admitted()
            enter(exchange, route)
        case .handover(let location):
            answer(Answer(redirectTo: location))
        case .refuse(let error, let reason):
            refuse(error, reason: reason)
        }
    }

    // MARK: To the upstream

    func connectAnew(to address: Instance.Address) {
        let asked = turn
        wait(for: .response)
        loop.pool.connect(to: address).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let connection):
                // Whoever asked for it has gone; the next one need not dial.
                guard turn == asked, state.phase == .connecting, context != nil else {
                    return loop.pool.give(connection)
                }
                send(over: connection, reused: false)
            case .failure(let error):
                guard turn == asked, state.phase == .connecting, context != nil else { return }
                loseUpstream(BedelError(.upstreamUnavailable, "", detail: String(describing: error)))
            }
        }
    }

    func send(over connection: UpstreamConnection, reused: Bool) {
        guard let exchange, let request = exchange.request, let route = exchange.route else { return }
        do {
            let facts = try facts(exchange, route)
            loop.head.removeAll()
            loop.house.headers.write(request, route, facts, into: &loop.head)
            upstream = connection
            state.connected(reused: reused)
            requestEncoder = BodyEncoder(framing: request.framing)
            connection.begin(
                for: self, isHeadRequest: request.method == .head,
                mayUpgrade: request.wantsWebSocket && route.kind == .service)
            connection.write(loop.head.buffer(allocator))
            // With a body, what has come of it goes along.
            if state.requestIsComplete { connection.flushLater(loop.outbox) }
            wait(for: request.framing == .none ? .response : .body)
            inviteBody(request)
        } catch {
            connection.close()
            answer(.wrapping(error))
        }
    }

    private func facts(_ exchange: Exchange, _ route: Route) throws -> HeaderRewriter.Facts {
        let identity = try exchange.known?.identity(
            on: route, signer: loop.house.assertions, now: loop.time.date)
        return HeaderRewriter.Facts(
            requestID: exchange.id, remoteAddress: remoteAddress, identity: identity, trace: exchange.trace,
            usedAuthorization: exchange.usedAuthorization)
    }

    /// Only now is the body wanted; whoever asked before sending it (RFC 9110, section 10.1.1) is told so.
    private func inviteBody(_ request: NormalRequest) {
        guard !state.requestIsComplete else { return }
        if request.expectsContinue, inbound.readableBytes == 0 {
            var line = allocator.buffer(capacity: 32)
            line.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            write(line)
            flush()
        }
        process()
        upstream?.flush()
        readMore()
    }

    func forward(_ data: ByteBuffer) {
        noteBody(data)
        guard mayForward(data.readableBytes) else { return }
        guard let upstream, state.phase == .exchanging else { return }
        for buffer in requestEncoder.data(data, allocator: allocator) { upstream.write(buffer) }
        // An upstream that does not read is not the client's fault.
        // Nor is a stream of messages that is silent for a while.
        wait(for: exchange?.isEventStream ?? false ? .tunnel : upstream.isWritable ? .body : .response)
    }

    /// A piece of the body was taken.
    func noteBody(_ data: ByteBuffer) {
        exchange?.requestBytes += data.readableBytes
        loop.metrics.bytesFromClients += data.readableBytes
    }

    func forwardEnd() {
        state.requestEnded()
        guard let upstream, state.phase == .exchanging else { return }
        let trailers = upstream.takesTrailers ? reader.trailers : Trailers()
        if let end = requestEncoder.end(allocator: allocator, trailers: trailers) { upstream.write(end) }
        upstream.flush()
        wait(for: .response)
    }
}
