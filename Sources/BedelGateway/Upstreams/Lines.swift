internal import BedelDomain
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes lines of transports: reads certificates, away from the event loops, and keeps what has not changed.
final class Lines: Sendable {
    /// A context belongs to the transport and to what its files held.
    private struct Key: Hashable {
        let transport: UpstreamTransport
        let files: [Data?]
    }

    private let known = Mutex<[Key: Result<NIOSSLContext, BedelError>]>([:])

    /// Reads files: not for event loops.
    func lines(for transports: [Instance.Address: UpstreamTransport]) async -> [Instance.Address: Line] {
        guard !transports.isEmpty else { return [:] }
        let made = try? await NIOThreadPool.singleton.runIfActive { self.make(transports) }
        // Without the pool the process is about to end; nobody is called in the clear instead.
        return made ?? transports.mapValues { Line(transport: $0, context: .failure(Self.unusable("no threads"))) }
    }

    private func make(_ transports: [Instance.Address: UpstreamTransport]) -> [Instance.Address: Line] {
        var used: [Key: Result<NIOSSLContext, BedelError>] = [:]
        let before = known.withLock { $0 }
        let lines = transports.mapValues { transport in
            guard let security = transport.security else { return Line(transport: transport, context: nil) }
            let files = [security.authorities, security.certificate, security.key].compactMap(\.self)
            let key = Key(transport: transport, files: files.map { FileManager.default.contents(atPath: $0) })
            let context = used[key] ?? before[key] ?? Self.context(transport, security)
            used[key] = context
            return Line(transport: transport, context: context)
        }
        known.withLock { $0 = used }
        return lines
    }

    private static func context(
        _ transport: UpstreamTransport, _ security: UpstreamTransport.Security
    ) -> Result<NIOSSLContext, BedelError> {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols =
                switch transport.version {
                case .http1: ["http/1.1"]
                case .http2: ["h2"]
                case .negotiated: ["h2", "http/1.1"]
                }
            if let authorities = security.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            }
            if let certificate = security.certificate, let key = security.key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
            return .success(try NIOSSLContext(configuration: configuration))
        } catch {
            return .failure(unusable(String(describing: error)))
        }
    }

    private static func unusable(_ detail: String) -> BedelError {
        BedelError(
            .upstreamUnavailable, "The service behind the gateway cannot be called: its certificates are unusable.",
            next: "Tell whoever runs this server.", detail: detail)
    }
}
