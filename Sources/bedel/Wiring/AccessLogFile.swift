import BedelGateway
import Glibc
import Logging

/// The access log's lines, to a file descriptor that other lines go to as well.
struct AccessLogFile: AccessLogSink {
    private let descriptor: Int32
    /// Bytes of one write, within which nobody else's line can come: any number to a file (O_APPEND), and PIPE_BUF to
    /// what else there is (pipe(7)).
    private let unit: Int

    /// - Parameter level: the server's; nil is what comes back when it leaves requests out.
    init?(level: Logger.Level, descriptor: Int32) {
        guard level <= .info else { return nil }
        self.descriptor = descriptor
        let isFile = lseek(descriptor, 0, SEEK_CUR) >= 0
        unit = isFile ? .max : 4096
    }

    func write(_ lines: UnsafeRawBufferPointer) {
        var rest = lines[...]
        while !rest.isEmpty {
            let part = rest.prefix(unit)
            let end = part.count < rest.count ? part.lastIndex(of: 0x0A).map { $0 + 1 } ?? part.endIndex : part.endIndex
            let bytes = UnsafeRawBufferPointer(rebasing: rest[..<end])
            _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            rest = rest[end...]
        }
    }
}
