internal import BedelDomain
internal import CPostgres

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The connection that listens. It waits in `poll`, on a thread of its own, for the server or for being told to stop.
final class SignalEar: Sendable {
    private let thread: ConnectionThread
    private let bell = Bell()

    init(_ url: String) { thread = ConnectionThread(ConnectionSettings(url: url)) }

    func start() { thread.start() }
    func stop() async { await thread.stop() }

    /// - Throws: ``ServerFailure`` when there is no server.
    func open() async throws {
        try await thread.run { connection in
            // "bedel" is ``SignalChannel/name``; LISTEN takes no parameters.
            _ = try connection.execute("LISTEN bedel")
        }
    }

    /// What has been said since the last time; waits until there is something.
    /// - Throws: ``ServerFailure`` when the connection broke, `CancellationError`.
    func wait() async throws -> [Topic] {
        try await withTaskCancellationHandler {
            // A new connection would not be listening.
            try await thread.run(sameConnection: true) { connection in
                let topics = connection.takeNotifications()
                if !topics.isEmpty { return topics }
                try connection.waitForInput(or: self.bell)
                return connection.takeNotifications()
            }
        } onCancel: {
            bell.ring()
        }
    }
}

extension PostgresConnection {
    /// What lies ready. A payload that is no topic is somebody else's business.
    fileprivate func takeNotifications() -> [Topic] {
        var topics: [Topic] = []
        while let notification = PQnotifies(raw) {
            defer { PQfreemem(notification) }
            if let topic = Topic(text: String(cString: notification.pointee.extra)) { topics.append(topic) }
        }
        return topics
    }

    /// Sleeps until the server says something.
    /// - Throws: `CancellationError` when the bell rings, ``ServerFailure`` when the server has hung up.
    fileprivate func waitForInput(or bell: Bell) throws {
        var watched = [
            pollfd(fd: PQsocket(raw), events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell.reader, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&watched, nfds_t(watched.count), -1) < 0 && errno == EINTR {}
        if watched[1].revents != 0 { throw CancellationError() }
        guard isAlive else { throw ServerFailure.connectionGone }
    }
}

/// Wakes a thread that sleeps in `poll`: a pipe.
private final class Bell: Sendable {
    let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Fails only when the process is out of file descriptors; `poll` ignores a negative one, and the bell stays mute.
        _ = pipe(&ends)
        reader = ends[0]
        writer = ends[1]
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(reader)
        close(writer)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }
}
