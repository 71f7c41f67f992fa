/// One client connection's life, as facts that come in and decisions that go out. A value: no sockets, no clock.
///
///     waiting -> deciding -> (gathering) -> connecting -> exchanging -> waiting | discarding | lingering | closed
///                                                             └-> tunnelling -> closed
struct ProxyState: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        /// For a request's head.
        case waiting
        /// Who is it, and may they?
        case deciding
        /// For the beginning of its body, which goes nowhere before there is some of it.
        case gathering
        /// For a connection to the upstream.
        case connecting
        case exchanging
        /// The upstream switched protocols: bytes, in both directions.
        case tunnelling
        /// Answered before the request had fully come; the little that is missing is thrown away, and then comes the next one
        /// (RFC 9112, section 9.3).
        case discarding
        /// Answered before the request had fully come; what still comes is thrown away, so that the client gets to read
        /// the answer instead of a reset (RFC 9112, section 9.6).
        case lingering
        case closed
    }

    /// What becomes of the client's connection after an answer.
    enum Ending: Equatable, Sendable { case next, discard, linger, close }

    /// What a lost upstream means.
    enum Loss: Equatable, Sendable {
        /// Nothing any more.
        case ignore
        /// A connection from the pool that the upstream had already given up, or a replica that is not there: the
        /// request goes over a fresh connection, to another replica when there is one.
        case retry
        /// Say it with a status.
        case answer
        /// The response has begun: only a cut connection tells the client that it is not whole.
        case cut
    }

    private(set) var phase = Phase.waiting
    /// The whole request has come.
    private(set) var requestIsComplete = true
    /// Something of a response has gone to the client.
    private(set) var hasAnswered = false
    private var isDraining = false
    private var keepsAlive = true
    private var isIdempotent = false
    private var hadBody = false
    private var isReused = false
    private var retries = 0
    private static let maximumRetries = 2
    private var upstreamSpoke = false

    // MARK: Questions

    /// Whether the client is to be told that this is the last answer.
    var closesAfterAnswer: Bool { !keepsAlive || isDraining }

    /// Whether the connection goes on after an answer that is given now.
    /// - Parameter restIsWelcome: what is missing of the request may still come.
    func goesOn(restIsWelcome: Bool) -> Bool { !closesAfterAnswer && (requestIsComplete || restIsWelcome) }

    /// Whether bytes from the client have somewhere to go.
    func wantsClientBytes(upstreamIsWritable: Bool) -> Bool {
        switch phase {
        case .waiting, .gathering, .discarding, .lingering: true
        case .exchanging: !requestIsComplete && upstreamIsWritable
        case .tunnelling: upstreamIsWritable
        case .deciding, .connecting, .closed: false
        }
    }

    /// Whether the next request may come while this one is answered.
    var mayReadAhead: Bool {
        switch phase {
        case .deciding, .connecting, .exchanging: requestIsComplete
        case .waiting, .gathering, .tunnelling, .discarding, .lingering, .closed: false
        }
    }

    /// Whether an upstream goes on with what it was asked, if the client leaves now.
    var leavesWork: Bool { phase == .exchanging && requestIsComplete && !hasAnswered }

    /// Whether a client that sends no more may still be waiting for an answer.
    var mayAnswerHalfClosed: Bool {
        switch phase {
        case .deciding, .connecting, .exchanging: requestIsComplete
        case .waiting, .gathering, .tunnelling, .discarding, .lingering, .closed: false
        }
    }

    // MARK: Facts

    mutating func requestBegan(hasBody: Bool, keepsAlive: Bool, isIdempotent: Bool) {
        phase = .deciding
        requestIsComplete = !hasBody
        hadBody = hasBody
        hasAnswered = false
        self.keepsAlive = keepsAlive
        self.isIdempotent = isIdempotent
        retries = 0
    }

    /// What came cannot be read; nobody knows where the next request would begin.
    mutating func requestWasUnreadable() {
        phase = .deciding
        requestIsComplete = false
        hasAnswered = false
        keepsAlive = false
    }

    /// The body cannot be read on.
    mutating func bodyWasUnreadable() {
        requestIsComplete = false
        keepsAlive = false
    }

    /// The connection ends with this answer.
    mutating func makeLast() { keepsAlive = false }

    mutating func admitted() { phase = .connecting }

    /// Admitted, and not much of its body is here.
    mutating func lacksBody() { phase = .gathering }

    /// So much that the upstream will not wait for it.
    mutating func bodyBegan() { phase = .connecting }

    mutating func connected(reused: Bool) {
        phase = .exchanging
        isReused = reused
        upstreamSpoke = false
    }

    mutating func requestEnded() { requestIsComplete = true }

    /// The rest of a request that was answered before has come, and gone.
    /// - Returns: ``Ending/next`` or ``Ending/close``.
    mutating func discarded() -> Ending {
        requestIsComplete = true
        return ended()
    }

    /// Any byte from the upstream: from now on it has seen the request.
    mutating func heardUpstream() { upstreamSpoke = true }

    mutating func responseBegan() { hasAnswered = true }

    mutating func protocolsSwitched() {
        phase = .tunnelling
        keepsAlive = false
    }

    /// We end the tunnel, with a last word for the client.
    mutating func tunnelEnded() { phase = .lingering }

    /// The answer, the upstream's or our own, has been written to its end.
    /// - Parameter restIsWelcome: what is missing of the request may still come.
    mutating func responseEnded(restIsWelcome: Bool = false) -> Ending {
        hasAnswered = true
        if requestIsComplete { return ended() }
        guard goesOn(restIsWelcome: restIsWelcome) else {
            phase = .lingering
            return .linger
        }
        phase = .discarding
        return .discard
    }

    private mutating func ended() -> Ending {
        guard keepsAlive, !isDraining else {
            phase = .closed
            return .close
        }
        phase = .waiting
        return .next
    }

    /// The connection was an old one, and broke without a byte: that says nothing about the upstream.
    var lossIsStale: Bool { phase == .exchanging && isReused && !upstreamSpoke }

    /// - Parameter elsewhere: there is another replica to go to.
    mutating func upstreamLost(elsewhere: Bool = false) -> Loss {
        switch phase {
        case .waiting, .deciding, .gathering, .discarding, .lingering, .closed: return .ignore
        case .tunnelling:
            phase = .closed
            return .cut
        case .connecting:
            // Nothing of the request has left, whatever it asks for.
            guard elsewhere, retries < Self.maximumRetries else { return .answer }
            retries += 1
            return .retry
        case .exchanging: break
        }
        guard !hasAnswered else {
            phase = .closed
            return .cut
        }
        let mayTry = elsewhere ? retries < Self.maximumRetries : isReused && retries == 0
        guard mayTry, isIdempotent, !hadBody, !upstreamSpoke else { return .answer }
        retries += 1
        phase = .connecting
        return .retry
    }

    mutating func clientLost() { phase = .closed }

    /// - Returns: whether the connection has nothing to do and may close.
    mutating func drain() -> Bool {
        isDraining = true
        return phase == .waiting
    }
}
