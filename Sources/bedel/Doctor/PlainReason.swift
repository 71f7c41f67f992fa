import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// Why a connection came to nothing, as the operating system calls it: `Connection refused`.
enum PlainReason {
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return of(first.error) }
            return (error.dnsAError ?? error.dnsAAAAError) == nil ? "\(error)" : "there is no address of that name"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError where error == .connectTimeout: return "nobody answered in time"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            return "there was no answer in time"
        default: return "\(error)"
        }
    }

    /// Of a file that does not parse, where and why.
    static func ofYAML(_ error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context): line("\(context.underlyingError ?? error)")
        case DecodingError.typeMismatch(_, let context): context.debugDescription
        default: line("\(error)")
        }
    }

    /// On one line.
    static func line(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
