internal import NIOCore
internal import NIOHTTP2

/// What an HTTP/2 connection may take of this machine, whatever its other end does.
enum HTTP2Limits {
    static let concurrentStreams = 100
    /// Bytes of a body that wait here for a slow upstream, at most: for each stream, and for all of a connection.
    private static let streamWindow = 128 * 1024
    private static let connectionWindow = 256 * 1024

    /// Towards clients.
    static func connection(_ limits: GatewayConfiguration.Limits) -> NIOHTTP2Handler.ConnectionConfiguration {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentStreams),
            // A little more than is allowed, so that who is a little over it gets an answer (431) and not a reset.
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBytes + limits.headerBytes / 4),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        connection.targetWindowSize = connectionWindow
        connection.maximumSequentialEmptyDataFrames = 8
        // Answers to PING and SETTINGS that a client does not take.
        connection.maximumBufferedControlFrames = 256
        // Room for gRPC, whose clients measure the way with PING while they send.
        connection.controlFrameRateLimit.maximumCount = 600
        return connection
    }

    /// Towards upstreams: the same, but whoever runs them is not after us.
    static var upstream: NIOHTTP2Handler.ConnectionConfiguration {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 64 * 1024),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        connection.targetWindowSize = connectionWindow
        connection.maximumSequentialEmptyDataFrames = 1000
        connection.controlFrameRateLimit.maximumCount = 10_000
        return connection
    }

    static var stream: NIOHTTP2Handler.StreamConfiguration {
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = streamWindow
        stream.outboundBufferSizeHighWatermark = 32 * 1024
        stream.outboundBufferSizeLowWatermark = 24 * 1024
        return stream
    }
}
