import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Blocking sockets of the loopback.
enum Sockets {
    static func open() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Calls `body` with an address as the system wants it.
    static func with(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32)
        -> Int32
    {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Answers every piece it reads with the same small JSON; requests come whole over the loopback.
final class Upstream: Sendable {
    let port: Int
    private let listener: Int32
    private static let answer = Array(
        """
        HTTP/1.1 200 OK\r
        Content-Type: application/json\r
        Content-Length: 45\r
        Date: Sat, 21 Nov 2026 09:00:00 GMT\r
        \r
        {"data":{"names":["t:0"],"ndarray":[[0.93]]}}
        """.utf8)

    init() throws {
        let socket = Sockets.open()
        var address = Sockets.address(port: 0)
        guard Sockets.with(&address, { bind(socket, $0, $1) }) == 0, listen(socket, 8) == 0 else {
            throw POSIXError(.EADDRINUSE)
        }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = Sockets.with(&address) { pointer, _ in getsockname(socket, pointer, &size) }
        port = Int(UInt16(bigEndian: address.sin_port))
        listener = socket
    }

    /// One connection is all that comes.
    func start() {
        let listener = listener
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 65536)
            while read(connection, &buffer, buffer.count) > 0 {
                _ = write(connection, Self.answer, Self.answer.count)
            }
        }
    }
}

/// Sends a request, reads what comes as its answer, and so on.
struct Client: Sendable {
    let port: Int
    let request: [UInt8]

    /// - Returns: how many were answered with 200.
    func ask(times count: Int) async -> Int {
        await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: run(count)) }
        }
    }

    private func run(_ count: Int) -> Int {
        let connection = Sockets.open()
        var address = Sockets.address(port: port)
        guard Sockets.with(&address, { connect(connection, $0, $1) }) == 0 else { return 0 }
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let good = Array("HTTP/1.1 200".utf8)
        for number in 0..<count {
            guard write(connection, request, request.count) == request.count,
                read(connection, &buffer, buffer.count) > good.count, buffer.starts(with: good)
            else { return number }
        }
        return count
    }
}
