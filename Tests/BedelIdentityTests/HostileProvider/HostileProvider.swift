import AsyncHTTPClient
import BedelDomain
import Hummingbird
import Logging
import NIOCore
import OpenSSL
import ServiceLifecycle
import Synchronization

@testable import BedelIdentity

/// An OpenID provider shaped like Keycloak (paths, claims, `typ`s), strict about what it is sent, with faults that can
/// be switched on and a clock that can be set.
final class HostileProvider: Sendable {
    static let clientID = "bedel"
    static let clientSecret = "s3cr3t: with a colon & ünïcode"

    struct Grant: Sendable {
        let nonce: String
        let challenge: String
        let callback: String
    }

    struct TokenRequest: Sendable {
        let form: [String: String]
        let authorization: String?
    }

    struct State {
        var behaviour = Behaviour()
        var port = 0
        var hits: [String: Int] = [:]
        var grants: [String: Grant] = [:]
        var refreshTokens: Set<String> = []
        var lastAuthorization: [String: String] = [:]
        var lastTokenRequest = TokenRequest(form: [:], authorization: nil)
        var hanging: [CheckedContinuation<Void, Never>] = []
        /// The test has ended: whoever would hang from now on does not.
        var isOver = false
        /// Resumed as soon as somebody hangs.
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    let clock: TestClock
    let state = Mutex(State())

    private init(clock: TestClock) { self.clock = clock }

    var port: Int { state.withLock { $0.port } }
    var issuer: String { "http://127.0.0.1:\(port)/realms/R" }
    var endpoints: String { issuer + "/protocol/openid-connect" }
    func hits(_ endpoint: String) -> Int { state.withLock { $0.hits[endpoint, default: 0] } }
    func change(_ body: (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }
    var behaviour: Behaviour { state.withLock { $0.behaviour } }

    /// Runs one on a free port for as long as the body takes.
    static func run<Result: Sendable>(
        clock: TestClock = TestClock(), _ body: @escaping @Sendable (HostileProvider) async throws -> Result
    ) async throws -> Result {
        let provider = HostileProvider(clock: clock)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "hostile provider")
        logger.logLevel = .critical
        let application = Application(
            router: provider.routes(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let server = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [application], gracefulShutdownSignals: [], logger: logger))
        // Shut down rather than cancelled: Hummingbird does not survive being cancelled while a connection arrives.
        async let running: Void = server.run()
        for await port in ports.prefix(1) { provider.state.withLock { $0.port = port } }
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(provider)) } catch { outcome = .failure(error) }
        provider.state.withLock { $0.isOver = true }
        provider.release()
        await server.triggerGracefulShutdown()
        try await running
        return try outcome.get()
    }

    /// Lets every hanging answer go.
    func release() {
        let waiting = state.withLock { state in
            defer { state.hanging = [] }
            return state.hanging
        }
        waiting.forEach { $0.resume() }
    }

    /// Waits until a request hangs.
    func untilSomebodyHangs() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.hanging.isEmpty { state.arrivals.append(continuation) }
                return !state.hanging.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    func hang() async {
        await withCheckedContinuation { continuation in
            let (isOver, arrivals) = state.withLock { state in
                if !state.isOver { state.hanging.append(continuation) }
                defer { state.arrivals = [] }
                return (state.isOver, state.arrivals)
            }
            arrivals.forEach { $0.resume() }
            if isOver { continuation.resume() }
        }
    }

    var lastAuthorization: [String: String] { state.withLock { $0.lastAuthorization } }
    var lastTokenRequest: TokenRequest { state.withLock { $0.lastTokenRequest } }
    func count(_ endpoint: String) { state.withLock { $0.hits[endpoint, default: 0] += 1 } }
}
