internal import BedelDomain
internal import Logging
internal import NIOCore

/// Which replica a request goes to, when it goes to another, and when it waits for one to wake up.
extension ClientHandler {
    /// Allowed in, and its turn: finds a replica and a connection to it.
    func connect(_ exchange: Exchange, _ route: Route) {
        do throws(BedelError) {
            if let maintenance = loop.snapshot?.maintenance(of: route) { return close(for: maintenance) }
            let addresses = try addresses(of: route)
            guard !addresses.isEmpty else { return awaitModel(route) }
            loop.retryBudget.noteRequest()
            guard let replica = visit(addresses, exchange, route) else { return }
            if let warm = loop.pool.takeIdle(of: replica) { return send(over: warm, reused: true) }
            connectAnew(to: replica.address)
        } catch {
            answer(error)
        }
    }

    /// Somewhere else, or once more; within the budget.
    /// - Parameter failure: what is said when there is no second chance.
    func retry(or failure: BedelError) {
        guard let exchange, let route = exchange.route, let addresses = try? addresses(of: route), !addresses.isEmpty,
            loop.retryBudget.spend(at: loop.time.now)
        else { return answer(failure) }
        leaveReplica()
        loop.metrics.retries += 1
        if let replica = visit(addresses, exchange, route) { connectAnew(to: replica.address) }
    }

    /// - Returns: nil when every replica is left alone just now; then that was answered.
    private func visit(_ addresses: [Instance.Address], _ exchange: Exchange, _ route: Route) -> Replica? {
        let now = loop.time.now
        switch loop.balancer.choose(among: addresses, tried: exchange.tried, now: now) {
        case .go(let replica):
            exchange.visit = replica.begin()
            if replica.tellsOfUse(at: now), case .model(let model, let profile) = route.upstream {
                loop.house.waker?.wake(model, in: profile)
            }
            return replica
        case .shut(let until):
            loop.metrics.limit(.breaker)
            let seconds = max(1, Int((until - now).nanoseconds / 1_000_000_000) + 1)
            answer(Self.resting(route), retryAfter: seconds)
            return nil
        }
    }

    /// - Returns: empty for a model that is not there yet.
    private func addresses(of route: Route) throws(BedelError) -> [Instance.Address] {
        guard let snapshot = loop.snapshot else {
            throw BedelError(.unavailable, "This server is starting.", next: "Try again in a few seconds.")
        }
        switch route.upstream {
        case .console: return snapshot.console
        case .service: return route.addresses
        case .model(let model, let profile):
            guard let found = snapshot.routes(to: model, in: profile) else { throw Router.notFound }
            guard found.endpoint.state != .failed else { throw Self.notReady(found.endpoint.state) }
            return found.addresses
        }
    }

    // MARK: What became of it

    /// The upstream has answered. From one of several, an answer that it cannot serve counts as a failure; from the
    /// only one it may be about something behind it.
    func noteAnswer(_ status: Int) {
        guard let exchange, let route = exchange.route else { return }
        if (502...504).contains(status), let count = try? addresses(of: route).count, count > 1 {
            return noteFailure()
        }
        exchange.visit?.succeeded()
    }

    func noteFailure() {
        guard let replica = exchange?.visit?.replica else { return }
        if exchange?.visit?.failed(at: loop.time.now) ?? false {
            loop.house.logger.warning(
                "an upstream is left alone for a while: too many failures",
                metadata: ["address": .string("\(replica.address)")])
        }
        exchange?.tried.append(replica)
    }

    var hasElsewhere: Bool {
        guard let exchange, let route = exchange.route, let addresses = try? addresses(of: route), addresses.count > 1
        else { return false }
        return loop.balancer.hasOther(among: addresses, tried: exchange.tried, now: loop.time.now)
    }

    /// With the answer's end, or before going elsewhere.
    func leaveReplica() {
        guard let visit = exchange?.visit.take() else { return }
        visit.end(at: loop.time.now)
    }

    /// The client goes, and its request is being worked on. A stream of HTTP/2 can be taken back.
    func leaveBehind() {
        guard let upstream, let exchange, !upstream.isStream else { return dropUpstream() }
        self.upstream = nil
        let leftover = Leftover(
            of: upstream, place: exchange.holdsPlace ? exchange.place : nil, visit: exchange.visit, loop: loop)
        exchange.holdsPlace = false
        exchange.visit = nil
        leftover.start()
    }

    // MARK: Models that are not awake

    private func awaitModel(_ route: Route) {
        guard case .model(let model, let profile) = route.upstream,
            let state = loop.snapshot?.endpoint(of: model, in: profile)?.state
        else { return answer(Router.notFound) }
        if state == .stopped { loop.house.waker?.wake(model, in: profile) }
        guard loop.house.configuration.timeOuts.wakeUp > .zero,
            loop.sleepers.add(self, for: .init(profile: profile, model: model))
        else { return answer(Self.notReady(state)) }
        // Whoever waits for one model keeps nobody from another.
        leaveQueue()
        wait(for: .wakeUp)
    }

    /// The model that was waited for is there, or never will be.
    func modelCame() {
        guard state.phase == .connecting, waiting.reason == .wakeUp, let exchange, let route = exchange.route else {
            return
        }
        lineUp(exchange, route)
    }

    func modelDidNotCome() {
        guard case .model(let model, let profile) = exchange?.route?.upstream else { return abort() }
        answer(Self.notReady(loop.snapshot?.endpoint(of: model, in: profile)?.state ?? .starting))
    }

    private static func notReady(_ state: Instance.State) -> BedelError {
        let what =
            switch state {
            case .starting, .ready: "The model is starting."
            case .failed: "The model does not run: its last start failed."
            case .stopped: "The model is asleep and did not wake up in time."
            }
        return BedelError(.modelNotReady, what, next: "Look at the model's page for its state and its log.")
    }

    private static func resting(_ route: Route) -> BedelError {
        if route.kind.isModel {
            return BedelError(
                .modelNotReady, "The model has failed too often just now and is left alone for a moment.",
                next: "Try again in a few seconds, or look at the model's log.")
        }
        return BedelError(
            .unavailable, "The service has failed too often just now and is left alone for a moment.",
            next: "Try again in a few seconds; if it stays so, tell whoever runs it.")
    }

    // MARK: Closed on purpose

    private func close(for maintenance: Maintenance) {
        guard let exchange else { return }
        loop.metrics.limit(.maintenance)
        answer(
            Answer(
                maintenance, to: exchange.request, now: loop.house.clock.now(), requestID: exchange.requestID))
    }
}
