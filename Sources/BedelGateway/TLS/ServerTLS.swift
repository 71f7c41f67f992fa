internal import BedelDomain
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The certificates in force. New handshakes use the newest good ones; connections that are open keep theirs.
final class ServerTLS: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// The files as they were read last, good or bad, so that a bad file is complained about once.
        var seen: [Data?]
    }

    let settings: TLSSettings
    private let clock: any TimeSource
    private let logger: Logger
    private let state: Mutex<State>

    /// Blocks: it reads files.
    /// - Throws: `invalidRequest`: without a good certificate there is no start.
    init(_ settings: TLSSettings, clock: any TimeSource, logger: Logger) throws {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        let seen = Self.contents(settings)
        let choice = CertificateChoice(try settings.certificates.map { try ServerCertificate(reading: $0) })
        state = Mutex(State(context: try Self.context(choice), seen: seen))
        if choice.notAfter <= seconds { logger.warning("a certificate is no longer valid; browsers will refuse it") }
    }

    /// For the next handshake.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Looks at the files until cancelled.
    func watch() async {
        while (try? await Task.sleep(for: settings.recheck)) != nil { await reload() }
    }

    /// Takes what is new in the files. What cannot be used changes nothing but the log.
    func reload() async {
        do {
            try await NIOThreadPool.singleton.runIfActive { try self.reloadNow() }
        } catch {
            let problem = BedelError.wrapping(error)
            logger.error(
                "the new certificate is not used; the one before stays",
                metadata: ["problem": .string(problem.message), "detail": .string(problem.detail)])
        }
    }

    private func reloadNow() throws {
        let seen = Self.contents(settings)
        let isNew = state.withLock { state in
            defer { state.seen = seen }
            return state.seen != seen
        }
        guard isNew else { return }
        let choice = CertificateChoice(try settings.certificates.map { try ServerCertificate(reading: $0) })
        guard choice.notAfter > seconds else {
            throw BedelError(
                .invalidRequest, "A new certificate is already past its time.", next: "Get one that is valid now.")
        }
        let context = try Self.context(choice)
        state.withLock { $0.context = context }
        logger.notice(
            "new certificates are in force",
            metadata: ["days_left": .stringConvertible((choice.notAfter - seconds) / 86400)])
    }

    private var seconds: Int { Int(clock.now().microseconds / 1_000_000) }

    private static func contents(_ settings: TLSSettings) -> [Data?] {
        settings.certificates.flatMap { [$0.certificates, $0.key] }.map { FileManager.default.contents(atPath: $0) }
    }

    private static func context(_ choice: CertificateChoice) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: choice.fallback.chain, privateKey: choice.fallback.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if !choice.isSingle {
            configuration.sslContextCallback = { values, promise in
                promise.succeed(choice.certificate(for: values.serverHostname).override)
            }
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
