import BedelDomain
import Glibc
import Logging

/// One JSON object a line, to a file descriptor: what log collectors read.
struct LineLogHandler: LogHandler {
    let label: String
    let descriptor: Int32
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, descriptor: Int32) {
        self.label = label
        self.descriptor = descriptor
    }

    /// - Parameter level: by name; `info` when nil or unknown.
    static func logger(level: String?, descriptor: Int32) -> Logger {
        var logger = Logger(label: "bedel") { Self(label: $0, descriptor: descriptor) }
        logger.logLevel = level.flatMap(Logger.Level.init(rawValue:)) ?? .info
        return logger
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = [
            ("time", SystemClock().now().rfc3339(fraction: true)), ("level", event.level.rawValue), ("logger", label),
            ("message", event.message.description),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        fields += all.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
        if let error = event.error { fields.append(("error", String(reflecting: error))) }
        let line = "{" + fields.map { "\(Self.quote($0.0)):\(Self.quote($0.1))" }.joined(separator: ",") + "}\n"
        // One write a line, so that lines of several threads do not mix (O_APPEND, or a pipe up to PIPE_BUF).
        var bytes = Array(line.utf8)
        _ = Glibc.write(descriptor, &bytes, bytes.count)
    }

    /// A JSON string (RFC 8259, section 7), cut where a hostile value would fill the disk.
    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(4096) {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
