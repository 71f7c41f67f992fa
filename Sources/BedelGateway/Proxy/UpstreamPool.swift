internal import BedelDomain
internal import NIOCore

/// One event loop's connections to upstreams that are not in use just now, the warmest first.
final class UpstreamPool {
    /// Those to one address.
    final class Shelf {
        fileprivate var connections: [UpstreamConnection] = []
        /// Nobody comes to this address any more.
        fileprivate var isClosed = false

        /// It has gone by itself.
        func remove(_ connection: UpstreamConnection) { connections.removeAll { $0 === connection } }

        fileprivate func close(where isUnwanted: (UpstreamConnection) -> Bool) {
            let unwanted = connections.filter(isUnwanted)
            guard !unwanted.isEmpty else { return }
            connections.removeAll(where: isUnwanted)
            unwanted.forEach { $0.close() }
        }
    }

    private let eventLoop: any EventLoop
    private let time: LoopTime
    private let connectTimeOut: TimeAmount
    private let idleTimeOut: TimeAmount
    private let limit: Int
    private var shelves: [Instance.Address: Shelf] = [:]
    private var lines: [Instance.Address: Line] = [:]
    private let sessions: UpstreamSessions

    init(
        eventLoop: any EventLoop, time: LoopTime, timeOuts: GatewayConfiguration.TimeOuts,
        limits: GatewayConfiguration.Limits
    ) {
        self.eventLoop = eventLoop
        self.time = time
        connectTimeOut = TimeAmount(timeOuts.upstreamConnect)
        idleTimeOut = TimeAmount(timeOuts.upstreamIdle)
        limit = limits.idleUpstreamConnections
        sessions = UpstreamSessions(eventLoop: eventLoop, time: time, connectTimeOut: connectTimeOut)
    }

    /// A connection that somebody used before; nil when there is none.
    func takeIdle(of replica: Replica) -> UpstreamConnection? {
        if replica.shelf?.isClosed ?? true { replica.shelf = shelves[replica.address] }
        guard let shelf = replica.shelf else { return nil }
        let oldest = time.now - idleTimeOut
        while let connection = shelf.connections.popLast() {
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
        let connection = NIOLoopBound(UpstreamConnection(address: address, time: time), eventLoop: eventLoop)
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
        keepOnly(Set(shelves.keys).subtracting(changed))
        sessions.end { changed.contains($0) }
    }

    /// Takes a connection back after its answer.
    func give(_ connection: UpstreamConnection) {
        let shelf = connection.shelf ?? shelf(for: connection.address)
        guard !shelf.isClosed, connection.isReusable, connection.isUsable, shelf.connections.count < limit else {
            return connection.close()
        }
        connection.shelf = shelf
        connection.rest(at: time.now)
        shelf.connections.append(connection)
    }

    /// Closes what leads to addresses that are no longer anybody's.
    func keepOnly(_ addresses: Set<Instance.Address>) {
        for (address, shelf) in shelves where !addresses.contains(address) {
            shelves[address] = nil
            shelf.isClosed = true
            shelf.close { _ in true }
        }
        sessions.end { !addresses.contains($0) }
    }

    /// Closes what nobody has used for too long.
    func closeStale() {
        let oldest = NIODeadline.now() - idleTimeOut
        for shelf in shelves.values { shelf.close { $0.idleSince <= oldest } }
        sessions.endIdle(since: oldest)
    }

    private func shelf(for address: Instance.Address) -> Shelf {
        if let shelf = shelves[address] { return shelf }
        let shelf = Shelf()
        shelves[address] = shelf
        return shelf
    }
}
