internal import NIOCore
internal import NIOHTTP1

/// Health and numbers, for whoever runs the machine: `/healthz`, `/readyz`, `/metrics`. On a port of its own, which is
/// not for the world.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let isReady: @Sendable () -> Bool
    private let metrics: @Sendable () async -> LoopMetrics

    init(isReady: @escaping @Sendable () -> Bool, metrics: @escaping @Sendable () async -> LoopMetrics) {
        self.isReady = isReady
        self.metrics = metrics
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        guard head.method == .GET || head.method == .HEAD else { return answer(.methodNotAllowed, "", context) }
        switch head.uri {
        case "/healthz": answer(.ok, "ok\n", context)
        case "/readyz":
            isReady() ? answer(.ok, "ready\n", context) : answer(.serviceUnavailable, "not ready\n", context)
        case "/metrics": answerMetrics(context)
        default: answer(.notFound, "There is /healthz, /readyz and /metrics.\n", context)
        }
    }

    private func answerMetrics(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { [metrics] in PrometheusText.of(await metrics()) }
            .whenSuccess { text in
                let (handler, context) = bound.value
                handler.answer(.ok, text, context)
            }
    }

    private func answer(_ status: HTTPResponseStatus, _ text: String, _ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = [
            "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Content-Length": String(text.utf8.count),
            "Connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
