internal import BedelDomain
internal import NIOCore

/// Everything one event loop keeps for itself, so that no request takes a lock: the snapshot, who is who, connections,
/// counts. Touched on that loop only.
final class GatewayLoop {
    typealias Waiter = (Result<KnownPrincipal, BedelError>) -> Void

    let eventLoop: any EventLoop
    let house: House
    let time: LoopTime
    let patience: Waiting.Patience
    let pool: UpstreamPool
    private(set) var snapshot: GatewaySnapshot?
    private(set) var isDraining = false
    private(set) var principals: PrincipalCache
    private var waiting: [Credential: [Waiter]] = [:]
    private var rechecks = Rechecks<ClientHandler>(limit: 32)
    private var clients: [ObjectIdentifier: ClientHandler] = [:]
    private var sessions: [ObjectIdentifier: ClientSession] = [:]
    /// In their handshakes.
    private var arriving = 0
    private var onEmpty: (() -> Void)?
    private var ticker: RepeatedTask?
    var metrics = LoopMetrics()
    var balancer: Balancer
    var retryBudget: RetryBudget
    var sleepers: Sleepers
    var rates: RateLimiter
    var queue: FairQueue
    var stalls: Stalls<ClientHandler>
    let pace: Pace.Minimum
    let outbox: Outbox
    private let rounds: Rounds
    /// When the next strangers may begin.
    private var isRoundComing = false
    /// HTTP/2 connections whose frames wait to be let in.
    let frameTurns: Turns
    /// Connections that are on their way in. Not in one line with the others: these are strangers, and they may be many.
    let handshakeTurns: Turns
    /// Who waits in ``queue``.
    var queued: [FairQueue.Ticket: ClientHandler] = [:]
    /// Tells the other loops what was let through here.
    var onSpent: (([RateLimiter.Key: Double]) -> Void)?
    var requestIDs = RequestIDs()
    var hosts = HostNames()
    /// For the head that is being written just now: its memory is used again and again.
    var head = WrittenBytes(capacity: 4096)
    let accessLog: AccessLog
    /// Recorded, and not handed over yet.
    var spans: [TraceSpan] = []

    /// - Parameter loops: how many there are; each has its part of what is for all.
    init(eventLoop: any EventLoop, house: House, loops: Int) {
        self.eventLoop = eventLoop
        self.house = house
        time = LoopTime(house.clock)
        patience = Waiting.Patience(house.configuration.timeOuts)
        outbox = Outbox(eventLoop: eventLoop)
        rounds = Rounds(eventLoop: eventLoop)
        frameTurns = Turns(rounds)
        handshakeTurns = Turns(rounds)
        accessLog = AccessLog(sink: house.accessLog, time: time, eventLoop: eventLoop)
        principals = PrincipalCache(capacity: house.configuration.limits.rememberedPrincipals)
        let upstreams = house.configuration.upstreams
        balancer = Balancer(upstreams)
        retryBudget = RetryBudget(upstreams, now: .now())
        sleepers = Sleepers(limit: upstreams.sleepers)
        rates = RateLimiter(house.configuration.fairUse)
        queue = FairQueue(house.configuration.fairUse.share(of: loops))
        let fairUse = house.configuration.fairUse
        stalls = Stalls(perParty: fairUse.unreadPerUser, limit: fairUse.unreadShare(of: loops))
        let timeOuts = house.configuration.timeOuts
        pace = Pace.Minimum(bytesPerSecond: timeOuts.leastBytesPerSecond, window: TimeAmount(timeOuts.paceWindow))
        pool = UpstreamPool(
            eventLoop: eventLoop, time: time, timeOuts: house.configuration.timeOuts,
            limits: house.configuration.limits)
    }

    // MARK: Time

    /// Time-outs are looked at every now and then for all connections at once; a timer for each would cost every
    /// request.
    func startTicking() {
        let interval = TimeAmount(house.configuration.timeOuts.tick)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticker = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in bound.value.tick() }
        rounds.open()
    }

    private func tick() {
        let now = NIODeadline.now()
        for client in clients.values { client.checkTime(now) }
        for session in sessions.values { session.checkTime(now) }
        recheckStale()
        pool.closeStale()
        retryBudget.roll(now)
        let spent = rates.takeSpent()
        if !spent.isEmpty { onSpent?(spent) }
        rates.tidy(now)
        handSpansOver()
    }

    // MARK: Turns

    /// Somebody's place is free. Whose turn it is is told later, not from within another's end.
    func leaveQueue(_ place: FairQueue.Place) { giveTurns(queue.leave(place)) }

    /// Enters somebody, and sees to it that strangers who wait for the next round are not forgotten.
    func enterQueue(_ place: FairQueue.Place) -> FairQueue.Entry {
        let entry = queue.enter(place)
        if queue.strangersLeft == 0 { awaitRound() }
        return entry
    }

    private func awaitRound() {
        guard !isRoundComing else { return }
        isRoundComing = true
        rounds.afterNext { [self] in
            isRoundComing = false
            giveTurns(queue.newRound())
        }
    }

    private func giveTurns(_ tickets: [FairQueue.Ticket]) {
        if queue.strangersLeft == 0 { awaitRound() }
        for ticket in tickets {
            guard let client = queued.removeValue(forKey: ticket), let place = client.exchange?.place else { continue }
            let bound = NIOLoopBound(client, eventLoop: eventLoop)
            eventLoop.execute { bound.value.turnCame(ticket, place) }
        }
    }

    /// Somebody else's request goes in front of it, because theirs are too many.
    func loseTurn(_ ticket: FairQueue.Ticket) {
        guard let client = queued.removeValue(forKey: ticket) else { return }
        let bound = NIOLoopBound(client, eventLoop: eventLoop)
        eventLoop.execute { bound.value.turnWasLost(ticket) }
    }

    /// When there are too many of them, the oldest goes, and not from within another's doings: one for each that comes, so
    /// that there are never a thousand to end at once.
    func beginStall(of party: Party, _ client: ClientHandler) -> Stalls<ClientHandler>.Mark {
        let mark = stalls.begin(party, client)
        if let oldest = stalls.takeSurplus() {
            let bound = NIOLoopBound(oldest, eventLoop: eventLoop)
            eventLoop.execute {
                let (holder, mark) = bound.value
                if holder.stall == mark { holder.endUnread() }
            }
        }
        return mark
    }

    func stop() {
        ticker?.cancel()
        rounds.close()
        handSpansOver()
        pool.keepOnly([])
        accessLog.flush()
    }

    /// With what is counted only when somebody looks.
    var countedMetrics: LoopMetrics {
        var counted = metrics
        counted.shutReplicas = balancer.shutCount
        counted.waitingRequests = queue.waitingCount
        counted.requestsUnderWay = queue.running
        counted.unreadAnswers = stalls.total
        return counted
    }

    // MARK: What the control side says

    func publish(_ snapshot: GatewaySnapshot, _ lines: [Instance.Address: Line]) {
        self.snapshot = snapshot
        rates.quotas = snapshot.requestQuotas
        rates.gateways = snapshot.gateways
        pool.use(lines)
        let addresses = snapshot.addresses
        pool.keepOnly(addresses)
        balancer.keepOnly(addresses)
        for client in sleepers.wake(by: snapshot) { client.modelCame() }
    }

    func setHealth(_ changes: [Instance.Address: Bool]) {
        for (address, isUp) in changes { balancer.setHealth(address, isUp: isUp) }
    }

    func probe(_ target: HealthTarget) -> EventLoopFuture<Bool> {
        HealthProbe.ask(
            target, by: pool, on: eventLoop, timeOut: TimeAmount(house.configuration.upstreams.healthTimeOut))
    }

    /// Whoever comes is looked up anew, and so is whoever has something open.
    func forgetPrincipals() {
        principals.forgetAll()
        rechecks.restart(
            with: clients.values.lazy.compactMap { client in
                client.openCredential.map { (credential: $0, holder: client) }
            })
        askAgain()
    }

    // MARK: Who is who

    func known(_ credential: Credential) -> KnownPrincipal? {
        let known = principals.find(credential, now: time.date)
        if known == nil { metrics.cacheMisses += 1 } else { metrics.cacheHits += 1 }
        return known
    }

    /// The same by the bytes of a token in a request; nil says nothing but that it is not to be had so quickly.
    func known(bearer token: ArraySlice<UInt8>) -> (principal: KnownPrincipal, credential: Credential)? {
        guard let known = principals.find(bearer: token, now: time.date) else { return nil }
        metrics.cacheHits += 1
        return known
    }

    /// Looks a credential up; several requests with the same wait for one answer.
    func authenticate(_ credential: Credential, _ waiter: @escaping Waiter) {
        guard waiting[credential]?.append(waiter) == nil else { return }
        waiting[credential] = [waiter]
        let epoch = principals.epoch
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        house.desk.ask(credential) { [eventLoop] result in
            eventLoop.execute { bound.value.authenticated(credential, result, asked: epoch) }
        }
    }

    private func authenticated(
        _ credential: Credential, _ result: Result<(principal: Principal, until: Timestamp), BedelError>,
        asked epoch: Int
    ) {
        let outcome = result.map { KnownPrincipal($0.principal, until: $0.until) }
        if case .success(let known) = outcome { principals.remember(known, for: credential, asked: epoch) }
        for waiter in waiting.removeValue(forKey: credential) ?? [] { waiter(outcome) }
        // The answer may be older than what made everything be forgotten, and those who waited are let in already.
        if epoch != principals.epoch { recheck { $0.openCredential == credential } }
    }

    // MARK: Who is still good

    /// Sessions and tokens also end by themselves; an open stream is no longer good than its owner's next request.
    private func recheckStale() {
        let now = house.clock.now()
        rechecks.retry()
        recheck { $0.isStale(at: now) }
    }

    private func recheck(where isDue: (ClientHandler) -> Bool) {
        for client in clients.values where isDue(client) {
            if let credential = client.openCredential { rechecks.add(credential, of: client) }
        }
        askAgain()
    }

    private func askAgain() {
        while let credential = rechecks.next() {
            let epoch = principals.epoch
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            house.desk.ask(credential) { [eventLoop] result in
                eventLoop.execute { bound.value.rechecked(credential, result, asked: epoch) }
            }
        }
    }

    private func rechecked(
        _ credential: Credential, _ result: Result<(principal: Principal, until: Timestamp), BedelError>,
        asked epoch: Int
    ) {
        rechecks.answered()
        switch result {
        case .success(let found):
            // Older than the last change: the question is in the queue again.
            guard epoch == principals.epoch else { break }
            let known = KnownPrincipal(found.principal, until: found.until)
            principals.remember(known, for: credential, asked: epoch)
            for client in rechecks.settle(credential) { client.confirm(known, of: credential) }
        case .failure(let error) where error.code.httpStatus >= 500:
            // Nobody can say. Who was let in goes on, and is asked about again at the next tick.
            rechecks.doubt(credential)
        case .failure:
            for client in rechecks.settle(credential) { client.withdraw(credential: credential) }
        }
        askAgain()
    }

    // MARK: Clients

    func add(_ client: ClientHandler) {
        clients[ObjectIdentifier(client)] = client
        metrics.openConnections += 1
    }

    func remove(_ client: ClientHandler) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        metrics.openConnections -= 1
        if isEmpty { tellEmpty() }
    }

    func add(_ session: ClientSession) { sessions[ObjectIdentifier(session)] = session }

    func remove(_ session: ClientSession) {
        sessions[ObjectIdentifier(session)] = nil
        if isEmpty { tellEmpty() }
    }

    /// Somebody is on the way in, and counts as a client until ``clientCame()``.
    func expectClient() { arriving += 1 }

    func clientCame() {
        arriving -= 1
        if isEmpty { tellEmpty() }
    }

    private var isEmpty: Bool { clients.isEmpty && sessions.isEmpty && arriving <= 0 }

    /// Lets requests on their way finish, each connection ending with its answer.
    /// - Parameter done: called once nobody is left.
    func drain(_ done: @escaping () -> Void) {
        isDraining = true
        onEmpty = done
        clients.values.forEach { $0.drain() }
        sessions.values.forEach { $0.drain() }
        if isEmpty { tellEmpty() }
    }

    func closeAll() {
        pool.keepOnly([])
        clients.values.forEach { $0.abort() }
        sessions.values.forEach { $0.abort() }
        // Who has not shaken hands by now is not waited for; the end of its connection is its own.
        arriving = .min / 2
        if isEmpty { tellEmpty() }
    }

    private func tellEmpty() {
        onEmpty?()
        onEmpty = nil
    }
}
