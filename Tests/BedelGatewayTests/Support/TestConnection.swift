import NIOCore
import NIOPosix

/// One end of a connection in a test: reads when asked to and not before, and a write is over when its bytes have left.
struct TestConnection: Sendable {
    let channel: any Channel
    private let received: AsyncStream<ByteBuffer>

    /// Called on the channel's event loop, before it is active. The channel must not read by itself.
    init(wrapping channel: any Channel) throws {
        let (received, arrivals) = AsyncStream.makeStream(of: ByteBuffer.self)
        self.channel = channel
        self.received = received
        try channel.pipeline.syncOperations.addHandler(Handler(arrivals: arrivals))
    }

    var reader: ByteReader { ByteReader(channel: channel, arrivals: received.makeAsyncIterator()) }
    var writer: ByteWriter { ByteWriter(channel: channel) }

    /// Closes when `body` is through.
    func use<Result: Sendable>(_ body: (ByteReader, ByteWriter) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(reader, writer)
            try? await channel.close().get()
            return result
        } catch {
            try? await channel.close().get()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let arrivals: AsyncStream<ByteBuffer>.Continuation

        init(arrivals: AsyncStream<ByteBuffer>.Continuation) { self.arrivals = arrivals }

        // Before this a wish to read would be noted, and never granted.
        func channelActive(context: ChannelHandlerContext) { context.read() }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrivals.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { arrivals.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

struct ByteReader {
    fileprivate let channel: any Channel
    fileprivate var arrivals: AsyncStream<ByteBuffer>.Iterator

    /// Nil at the end of the connection, however it ended, and when the test is over.
    mutating func next() async -> ByteBuffer? {
        channel.eventLoop.execute { [channel] in if channel.isActive { channel.read() } }
        return await arrivals.next()
    }
}

struct ByteWriter: Sendable {
    fileprivate let channel: any Channel

    func write(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }
    func close() async throws { try await channel.close(mode: .output).get() }
}
