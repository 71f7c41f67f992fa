import NIOCore
import NIOPosix

/// Answers everybody with the same bytes.
enum FixedServer {
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let answer: String

        init(_ answer: String) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            context.close(promise: nil)
        }
    }

    /// - Parameter answer: made from the port it listens at.
    static func with<Result>(
        _ answer: @escaping @Sendable (Int) -> String, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let port = channel.localAddress?.port ?? 0
                    try channel.pipeline.syncOperations.addHandler(Handler(answer(port)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server.localAddress?.port ?? 0)
            try await server.close().get()
            return result
        } catch {
            try? await server.close().get()
            throw error
        }
    }

    /// A whole response, with the time given by `date`.
    static func response(_ body: String, status: String = "200 OK", date: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(date)Connection: close\r\n\r\n\(body)"
    }
}
