internal import BedelDomain
internal import NIOCore
internal import NIOSSL

/// How an address is called, ready for use: its files are read.
struct Line: Sendable {
    let transport: UpstreamTransport
    /// Nil: in the clear. A failure: the files cannot be used, and nobody is called without them.
    let context: Result<NIOSSLContext, BedelError>?

    /// For SNI and for the certificate; nil where an IP address has to stand in the certificate.
    func serverName(of address: Instance.Address) -> String? {
        if let name = transport.security?.serverName { return name }
        guard case .tcp(let host, let port) = address else { return nil }
        return (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
    }
}
