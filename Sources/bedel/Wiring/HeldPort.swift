import BedelDomain
import Glibc
import NIOCore
import Synchronization

/// A TCP port that is ours from the moment it is found free until it is handed over or this is released, so that nobody
/// can take it in between.
final class HeldPort: Sendable {
    enum Purpose {
        /// Connections that come before anybody takes them wait.
        case listening
        /// For another program that is about to listen there, and sets SO_REUSEADDR as we do: Linux lets it have the
        /// port beside a socket that does not listen (socket(7)), and nobody who leaves the option out.
        case reserving
    }

    let port: Int
    private let descriptor: Mutex<CInt?>

    /// - Parameters:
    ///   - place: port 0: the kernel picks one that is free.
    ///   - whose: finishes “… is to listen there”.
    ///   - instead: what else one could do, once it is clear that the port is not to be had.
    /// - Throws: ``BedelError`` that names place and cause.
    init(_ place: HostPort, _ purpose: Purpose, whose: String, instead: String) throws(BedelError) {
        let refusal = PortRefusal(place: place, whose: whose, instead: instead)
        do {
            let address = try SocketAddress.makeAddressResolvingHost(place.host, port: place.port)
            let descriptor = try Self.open(address, purpose)
            port = try Self.port(of: descriptor)
            self.descriptor = Mutex(descriptor)
        } catch {
            throw refusal.error(error)
        }
    }

    deinit {
        if let descriptor = descriptor.withLock({ $0 }) { close(descriptor) }
    }

    /// The socket; whoever gets it closes it. Nil the second time.
    func handOver() -> CInt? { descriptor.withLock { $0.take() } }

    private static func open(_ address: SocketAddress, _ purpose: Purpose) throws -> CInt {
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            // The kernel is to pick a port that nobody has at all; it shares one only with sockets that asked before.
            let isPicked = address.port == 0
            if !isPicked { try reuse(descriptor) }
            let isBound = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) == 0 }
            guard isBound else { throw IOError(errnoCode: errno, reason: "bind") }
            if isPicked { try reuse(descriptor) }
            guard purpose == .reserving || listen(descriptor, backlog) == 0 else {
                throw IOError(errnoCode: errno, reason: "listen")
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// What is left of a process that ended just now does not count.
    private static func reuse(_ descriptor: CInt) throws {
        var yes: CInt = 1
        guard setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            throw IOError(errnoCode: errno, reason: "setsockopt")
        }
    }

    private static func port(of descriptor: CInt) throws -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let network: in_port_t? = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return nil }
                // Both families have the port at the same place.
                return UnsafeRawPointer(address).loadUnaligned(fromByteOffset: 2, as: in_port_t.self)
            }
        }
        guard let network else { throw IOError(errnoCode: errno, reason: "getsockname") }
        return Int(in_port_t(bigEndian: network))
    }

    private static let backlog: CInt = 1024
}
