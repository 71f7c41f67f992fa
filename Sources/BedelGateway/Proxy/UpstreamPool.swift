internal import BedelDomain
internal import NIOCore

/// One event loop's connections to upstreams that are not in use just now, the warmest first.
final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let connectTimeOut: TimeAmount
    private let idleTimeOut: TimeAmount
    private let limit: Int
    private var idle: [Instance.Address: [UpstreamConnection]] = [:]
    private var lines: [Instance.Address: Line] = [:]
    private let sessions: UpstreamSessions

    init(eventLoop: any EventLoop, timeOuts: GatewayConfiguration.TimeOuts, limits: GatewayConfiguration.Limits) {
        self.eventLoop = eventLoop
        connectTimeOut = TimeAmount(timeOuts.upstreamConnect)
        idleTimeOut = TimeAmount(timeOuts.upstreamIdle)
        limit = limits.idleUpstreamConnections
        sessions = UpstreamSessions(eventLoop: eventLoop, connectTimeOut: connectTimeOut)
    }

    /// A connection that somebody used before; nil when there is none.
    func takeIdle(_ address: Instance.Address) -> UpstreamConnection? {
        let oldest = NIODeadline.now() - idleTimeOut
        while let connection = idle[address]?.popLast() {
            connection.onIdleClose = nil
            if connection.isUsable, connection.idleSince > oldest { return connection }
            connection.close()
        }
        return nil
    }

    /// A new connection, or a stream of one, on this event loop.
    func connect(to address: Instance.Address) -> EventLoopFuture<UpstreamConnection> {
        if let line = lines[address] {
            let promise = eventLoop.makePromise(of: UpstreamConnection.self)
            sessions.open(address, line) { promise.assumeIsolated().completeWith($0) }
            return promise.futureResult
        }
        let connection = NIOLoopBound(UpstreamConnection(address: address), eventLoop: eventLoop)
        let channel = Dial(eventLoop: eventLoop, timeOut: connectTimeOut).call(address) { channel in
            try channel.pipeline.syncOperations.addHandler(connection.value)
        }
        return channel.assumeIsolated().map { _ in connection.value }.nonisolated()
    }

    /// How addresses are called that are not simply spoken HTTP/1.1 to.
    func use(_ lines: [Instance.Address: Line]) {
        let changed = Set(lines.keys).union(self.lines.keys).filter {
            lines[$0]?.transport != self.lines[$0]?.transport
        }
        self.lines = lines
        guard !changed.isEmpty else { return }
        keepOnly(Set(idle.keys).subtracting(changed))
        sessions.end { changed.contains($0) }
    }

    /// Takes a connection back after its answer.
    func give(_ connection: UpstreamConnection) {
        let waiting = idle[connection.address]?.count ?? 0
        guard connection.isReusable, connection.isUsable, waiting < limit else { return connection.close() }
        connection.onIdleClose = { [weak self] in self?.forget($0) }
        connection.rest(at: .now())
        idle[connection.address, default: []].append(connection)
    }

    /// Closes what leads to addresses that are no longer anybody's.
    func keepOnly(_ addresses: Set<Instance.Address>) {
        for (address, connections) in idle where !addresses.contains(address) {
            idle[address] = nil
            connections.forEach { $0.close() }
        }
        sessions.end { !addresses.contains($0) }
    }

    /// Closes what nobody has used for too long.
    func closeStale() {
        let oldest = NIODeadline.now() - idleTimeOut
        for (address, connections) in idle {
            let fresh = connections.filter { $0.idleSince > oldest }
            guard fresh.count < connections.count else { continue }
            idle[address] = fresh.isEmpty ? nil : fresh
            for connection in connections where connection.idleSince <= oldest { connection.close() }
        }
        sessions.endIdle(since: oldest)
    }

    private func forget(_ connection: UpstreamConnection) {
        idle[connection.address]?.removeAll { $0 === connection }
        if idle[connection.address]?.isEmpty ?? false { idle[connection.address] = nil }
    }
}
