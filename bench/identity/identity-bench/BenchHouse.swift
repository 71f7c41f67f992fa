import AsyncHTTPClient
import BedelDomain
import BedelIdentity
import Foundation
import Logging
import NIOPosix

/// The authenticator as Bedel wires it, with a provider on loopback that publishes one key and counts who asks for it.
struct BenchHouse: Sendable {
    let provider: LoopbackProvider
    let authenticator: BedelAuthenticator

    /// So long at least between two fetches of the keys because of a `kid` that nobody knows.
    static let window = Duration.seconds(1)

    static func open(_ body: (BenchHouse) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path() + "/bedel-identity-bench-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let provider = try await LoopbackProvider.start()
        let client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: ProviderHTTP.clientConfiguration)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(try BenchHouse(provider, client, keysIn: folder)))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        try await provider.stop()
        try result.get()
    }

    private init(_ provider: LoopbackProvider, _ client: HTTPClient, keysIn folder: String) throws {
        let configuration = try IdentityConfiguration(
            base: "http://localhost:8080",
            providers: [
                ProviderConfiguration(
                    issuer: provider.issuer, clientID: "bedel", clientSecret: nil, adminGroup: nil,
                    accessTokenAudiences: ["bedel"], accessTokenParties: ["cli"])
            ], timing: .init(window: Self.window))
        var logger = Logger(label: "identity-bench")
        logger.logLevel = .error
        let clock = WallClock()
        self.provider = provider
        authenticator = BedelAuthenticator(
            configuration: configuration,
            providers: Providers(configuration, client: client, clock: clock, logger: logger),
            keys: try KeyDirectory(path: folder).keyRing(), sessions: NoSessions(),
            users: OnePerson(issuer: provider.issuer, at: clock.now()), tokens: NoTokens(), clock: clock,
            logger: logger)
    }
}

struct WallClock: TimeSource {
    func now() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    }
}
