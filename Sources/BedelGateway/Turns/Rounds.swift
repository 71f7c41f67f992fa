internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Tells when an event loop has looked at all of its sockets once more. Before it does, it goes through everything that
/// was put off and every timer that came due meanwhile, for as long as there is more of either; so who means to let all
/// others be heard first stands in line with them, behind a pipe.
final class Rounds: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Where there is no pipe: long enough not to be due at once.
    private static let moment = TimeAmount.microseconds(20)

    private let eventLoop: any EventLoop
    /// The end of the pipe that is written to.
    private var bell: CInt?
    private var waiting: [() -> Void] = []

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Calls back when everybody else has been looked at.
    func afterNext(_ body: @escaping () -> Void) {
        waiting.append(body)
        if waiting.count == 1 { ring() }
    }

    // MARK: The pipe

    /// Without a pipe, as when there are no more files to be had, it is a matter of time.
    /// - Returns: when it is there, or will not be.
    @discardableResult
    func open() -> EventLoopFuture<Void> {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return eventLoop.makeSucceededVoidFuture() }
        let (hearing, bell) = (ends[0], ends[1])
        // Those who are started later, as git is, do not get it.
        for end in [hearing, bell] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { pipe in
                pipe.eventLoop.makeCompletedFuture { try pipe.pipeline.syncOperations.addHandler(bound.value) }
            }
            .takingOwnershipOfDescriptor(input: hearing)
            .assumeIsolated()
            .map { _ in self.bell = bell }
            .recover { _ in
                // Neither end is anybody's then but ours.
                Self.shut(hearing)
                Self.shut(bell)
            }
            .nonisolated()
    }

    /// The pipe's other end goes with it.
    func close() {
        guard let bell else { return }
        self.bell = nil
        Self.shut(bell)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { call() }

    func channelInactive(context: ChannelHandlerContext) { call() }

    private func ring() {
        var byte: UInt8 = 0
        if let bell, write(bell, &byte, 1) == 1 { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute {
            bound.value.eventLoop.scheduleTask(in: Self.moment) { bound.value.call() }
        }
    }

    private func call() {
        // Where it shares its processor, this thread keeps it for milliseconds if nobody asks: the console's wait that long.
        sched_yield()
        let bodies = waiting
        waiting.removeAll(keepingCapacity: true)
        for body in bodies { body() }
    }

    private static func shut(_ descriptor: CInt) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #endif
    }
}
