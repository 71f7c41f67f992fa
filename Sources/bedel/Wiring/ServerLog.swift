import Logging

/// What a server writes down while it runs, all to one place.
struct ServerLog {
    let logger: Logger
    /// Nil when the level leaves requests out.
    let accessLog: AccessLogFile?

    /// - Parameter level: by name; `info` when nil or unknown.
    init(level: String?, descriptor: Int32) {
        logger = LineLogHandler.logger(level: level, descriptor: descriptor)
        accessLog = AccessLogFile(level: logger.logLevel, descriptor: descriptor)
    }
}
