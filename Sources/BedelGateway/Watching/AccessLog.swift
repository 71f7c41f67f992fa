internal import BedelDomain
internal import Logging
internal import NIOCore

/// One line a request. No query, no header, no credential: what is logged can be shown to whoever runs the machine.
enum AccessLog {
    /// Longest part of a path that is kept.
    private static let pathLimit = 256

    static func write(_ exchange: Exchange, remoteAddress: String, duration: TimeAmount, to logger: Logger) {
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "request_id": .string(exchange.requestID), "remote": .string(remoteAddress),
            "status": .stringConvertible(exchange.status), "route": .string(exchange.routeName),
            "bytes_in": .stringConvertible(exchange.requestBytes),
            "bytes_out": .stringConvertible(exchange.responseBytes),
            "microseconds": .stringConvertible(duration.nanoseconds / 1000),
        ]
        if let request = exchange.request {
            metadata["method"] = .string(request.methodName.text)
            metadata["host"] = .string(request.authority)
            metadata["path"] = .string(request.path[...].prefix(pathLimit).text)
        }
        if let principal = exchange.known?.principal { metadata["user"] = .string(principal.user.rawValue) }
        logger.info("request", metadata: metadata)
    }
}
