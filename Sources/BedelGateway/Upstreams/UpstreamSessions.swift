internal import BedelDomain
internal import NIOCore
internal import NIOSSL

/// One event loop's calls to upstreams that speak TLS or HTTP/2, and the HTTP/2 connections it has open to them.
final class UpstreamSessions {
    typealias Done = (Result<UpstreamConnection, any Error>) -> Void

    private let eventLoop: any EventLoop
    private let time: LoopTime
    private let dial: Dial
    private var sessions: [Instance.Address: [UpstreamSession]] = [:]
    /// Those who wait for a connection that is being opened, by address, where it will take many of them.
    private var waiting: [Instance.Address: [Done]] = [:]
    /// What negotiated HTTP/2 last time is taken to do so again, so that many who come at once share a connection.
    private var isKnownToShare: Set<Instance.Address> = []

    init(eventLoop: any EventLoop, time: LoopTime, connectTimeOut: TimeAmount) {
        self.eventLoop = eventLoop
        self.time = time
        dial = Dial(eventLoop: eventLoop, timeOut: connectTimeOut)
    }

    /// A connection for one request: a stream of one that is open, or a new one.
    /// - Parameter done: called once, on the event loop.
    func open(_ address: Instance.Address, _ line: Line, _ done: @escaping Done) {
        if let session = sessions[address]?.first(where: \.isOpen) { return session.open(done) }
        guard line.transport.version == .http2 || isKnownToShare.contains(address) else {
            return call(address, line, done)
        }
        guard waiting[address]?.append(done) == nil else { return }
        waiting[address] = [done]
        call(address, line) { [self] first in
            let waiters = waiting.removeValue(forKey: address) ?? []
            waiters.first?(first)
            for waiter in waiters.dropFirst() { open(address, line, waiter) }
        }
    }

    /// Ends those that nobody calls any more; requests on their way finish.
    func end(where isEnded: (Instance.Address) -> Bool) {
        for (address, open) in sessions where isEnded(address) { open.forEach { $0.end() } }
        isKnownToShare = isKnownToShare.filter { !isEnded($0) }
    }

    func endIdle(since oldest: NIODeadline) {
        for session in sessions.values.joined() where session.streams == 0 && session.idleSince <= oldest {
            session.end()
        }
    }

    // MARK: Calling

    /// - Parameter done: called once, on the event loop, when the connection can be used or has failed.
    private func call(_ address: Instance.Address, _ line: Line, _ done: @escaping Done) {
        let bound = NIOLoopBound((self, done), eventLoop: eventLoop)
        let call = dial.call(address) { channel in
            let (sessions, done) = bound.value
            guard let context = line.context else { return }
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: try context.get(), serverHostname: line.serverName(of: address)))
            let doorway = Doorway(
                limit: sessions.dial.timeOut, giveUp: { done(.failure($0 ?? ChannelError.eof)) }
            ) { channel, isHTTP2 in
                sessions.begin(on: channel, address, line, isHTTP2: isHTTP2, done)
            }
            try channel.pipeline.syncOperations.addHandler(doorway)
        }
        call.assumeIsolated().whenComplete { result in
            let (sessions, done) = bound.value
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(let channel):
                guard line.context == nil else { return }
                sessions.begin(on: channel, address, line, isHTTP2: line.transport.version == .http2, done)
            }
        }
    }

    private func begin(
        on channel: any Channel, _ address: Instance.Address, _ line: Line, isHTTP2: Bool, _ done: @escaping Done
    ) {
        do {
            guard isHTTP2 else {
                isKnownToShare.remove(address)
                guard line.transport.version != .http2 else {
                    throw BedelError(.upstreamUnavailable, "The service does not speak HTTP/2.")
                }
                let connection = UpstreamConnection(address: address, time: time)
                try channel.pipeline.syncOperations.addHandler(connection)
                return done(.success(connection))
            }
            isKnownToShare.insert(address)
            let session = try UpstreamSession.start(
                on: channel, to: address, time: time, isSecure: line.context != nil
            ) { [weak self] in self?.forget($0) }
            sessions[address, default: []].append(session)
            session.open(done)
        } catch {
            channel.close(promise: nil)
            done(.failure(error))
        }
    }

    private func forget(_ session: UpstreamSession) {
        sessions[session.address]?.removeAll { $0 === session }
        if sessions[session.address]?.isEmpty ?? false { sessions[session.address] = nil }
    }
}
