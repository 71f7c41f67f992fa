internal import BedelDomain
internal import NIOCore

/// What was allowed when it began and is no longer: a session ends, a token is withdrawn, a member leaves, and what is
/// open under it ends too.
extension ClientHandler {
    /// Whose credential keeps an exchange open; nil when there is none, or it is nobody's in particular.
    var openCredential: Credential? {
        guard let exchange, exchange.known != nil, !exchange.isWithdrawn else { return nil }
        switch state.phase {
        case .gathering, .connecting, .exchanging, .tunnelling: return exchange.credential
        case .waiting, .deciding, .discarding, .lingering, .closed: return nil
        }
    }

    /// Whether it is time to ask again about whoever holds this open.
    func isStale(at now: Timestamp) -> Bool { exchange?.known.map { $0.until <= now } ?? false }

    /// The credential was shown again and is good; whether it still opens this is decided anew.
    func confirm(_ known: KnownPrincipal, of credential: Credential) {
        guard openCredential == credential, let request = exchange?.request, let route = exchange?.route else { return }
        switch loop.house.doorkeeper.decide(known, request, route) {
        case .enter: exchange?.known = known
        case .handover: withdraw(Self.accessEnded)
        case .refuse(let error, let reason): withdraw(error, reason: reason)
        }
    }

    /// The credential was shown again and is not good.
    func withdraw(credential: Credential) {
        if openCredential == credential { withdraw(Self.accessEnded) }
    }

    /// What has no end of its own ends now. Anything else gets a moment for its answer: among those under way is the
    /// very request that ended the session.
    private func withdraw(_ error: BedelError, reason: String = "access-ended") {
        exchange?.isWithdrawn = true
        loop.metrics.withdrawn += 1
        recordDenial(error, reason)
        if state.phase == .tunnelling { return closeTunnel() }
        if exchange?.isEventStream ?? false { return cut() }
        let asked = turn
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        loop.eventLoop.scheduleTask(in: TimeAmount(loop.house.configuration.timeOuts.withdrawal)) {
            let client = bound.value
            guard client.turn == asked, client.exchange != nil, client.state.phase != .closed else { return }
            if client.state.hasAnswered { client.cut() } else { client.answer(error) }
        }
    }

    /// With a last frame where one may stand: between two of the service's own.
    private func closeTunnel() {
        guard frames.isBetweenFrames, isWritable else { return cut() }
        dropUpstream()
        write(ByteBuffer(bytes: WebSocketFrames.accessEnded))
        finishExchange()
        state.tunnelEnded()
        sayFarewell()
    }

    private func cut() {
        dropUpstream()
        flush()
        abort()
    }

    private static let accessEnded = BedelError(
        .signInRequired, "Your access ended while this was under way.", next: "Sign in again.")
}
