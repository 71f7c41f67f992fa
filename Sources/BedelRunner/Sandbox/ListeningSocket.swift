internal import BedelDomain
internal import Glibc

/// A Unix socket that Bedel itself opens and hands to the sandbox as its standard input. The model can neither replace
/// it by a link to somebody else's socket, nor fill the disk through its directory: it never sees that directory.
struct ListeningSocket: ~Copyable {
    let descriptor: Int32

    /// - Throws: `unavailable` when the path is too long for a socket address or cannot be bound.
    static func open(path: String) throws(BedelError) -> ListeningSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Self.unavailable("the socket path is longer than 107 bytes: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw Self.unavailable("socket: errno \(errno)") }
        let listening = ListeningSocket(descriptor: made)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(made, $0, size) }
        }
        guard bound == 0, Glibc.listen(made, 128) == 0 else { throw Self.unavailable("bind \(path): errno \(errno)") }
        return listening
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Gives the descriptor away; whoever takes it closes it.
    consuming func release() -> Int32 {
        let taken = descriptor
        discard self
        return taken
    }

    deinit { close(descriptor) }

    private static func unavailable(_ detail: String) -> BedelError {
        BedelError(.unavailable, "The model cannot be started here now.", next: "Try again later.", detail: detail)
    }
}
