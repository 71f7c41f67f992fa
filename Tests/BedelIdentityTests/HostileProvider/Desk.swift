import AsyncHTTPClient
import BedelDomain
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import BedelIdentity

/// Everything of ours that faces a provider, put together as the wiring does it, with a browser in front.
struct Desk: Sendable {
    static let host = "localhost:8080"
    static let context = RequestContext(requestID: "r-1", remoteAddress: "192.0.2.7")
    static let keys = KeyRing([KeyRing.Key(id: "k1", secret: Array(repeating: 7, count: 32))])

    let signIn: OpenIDSignIn
    let authenticator: BedelAuthenticator
    let house = MemoryHouse()
    let client: HTTPClient
    let cookies: SessionCookies

    static func open<Result: Sendable>(
        _ providers: [ProviderConfiguration], clock: any TimeSource,
        timing: IdentityConfiguration.Timing = .init(patience: .seconds(20)), base: String = "http://localhost:8080",
        _ body: (Desk) async throws -> Result
    ) async throws -> Result {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ProviderHTTP.clientConfiguration)
        let result: Swift.Result<Result, any Error>
        do {
            let configuration = try IdentityConfiguration(base: base, providers: providers, timing: timing)
            result = .success(try await body(try Desk(configuration, client: client, clock: clock)))
        } catch { result = .failure(error) }
        try await client.shutdown()
        return try result.get()
    }

    private init(_ configuration: IdentityConfiguration, client: HTTPClient, clock: any TimeSource) throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let providers = Providers(configuration, client: client, clock: clock, logger: logger)
        let keys = Self.keys
        self.client = client
        cookies = SessionCookies(keys: keys)
        signIn = OpenIDSignIn(
            configuration: configuration, providers: providers, keys: keys, sessions: house, users: house, audit: house,
            clock: clock, logger: logger)
        authenticator = BedelAuthenticator(
            configuration: configuration, providers: providers, keys: keys, sessions: house, users: house,
            tokens: house,
            clock: clock, logger: logger)
    }

    /// The browser goes to the provider and comes back with this query.
    func visit(_ redirect: SignInRedirect) async throws -> String {
        let response = try await client.execute(HTTPClientRequest(url: redirect.location), timeout: .seconds(20))
        let location = try #require(
            response.headers.first(name: "location"), "the provider answered \(response.status)")
        #expect(location.hasPrefix("http://localhost:8080/login/callback?"))
        return String(location.split(separator: "?", maxSplits: 1)[1])
    }

    /// The same where the provider has the browser post its answer: the body of that form.
    ///
    /// The provider's page is only hinted at: the fields as the browser would post them, and where to.
    func visitForm(_ redirect: SignInRedirect) async throws -> String {
        let response = try await client.execute(HTTPClientRequest(url: redirect.location), timeout: .seconds(20))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "location") == "http://localhost:8080/login/callback")
        return String(buffer: try await response.body.collect(upTo: 65_536))
    }

    func complete(_ query: String, browser: String?, inPlaceOf old: Session.ID? = nil) async throws -> SignedIn {
        try await signIn.complete(
            query: query, browser: browser, inPlaceOf: old, host: Self.host, in: Self.context)
    }

    /// The whole way.
    func signInOnce(returnTo: String = "/") async throws -> SignedIn {
        let redirect = try await signIn.begin(returnTo: returnTo)
        return try await complete(try await visit(redirect), browser: redirect.browser)
    }

    /// The whole way, and who came in.
    func enter() async throws -> Principal { try await principal(of: try await signInOnce()) }

    func principal(of signedIn: SignedIn) async throws -> Principal {
        try await authenticator.authenticate(.cookie(signedIn.cookie.value, host: Self.host)).principal
    }
}

extension OpenIDSignIn {
    func begin(returnTo: String, browser: String? = nil) async throws -> SignInRedirect {
        try await begin(SignInWish(returnTo: returnTo, browser: browser))
    }
}

extension HostileProvider {
    func configuration(
        adminGroup: String? = "bedel-admins", claims: ClaimMapping = .standard, secret: String? = clientSecret,
        parties: Set<String> = [], introspects: Bool = false,
        responseMode: ProviderConfiguration.ResponseMode = .query
    ) throws -> ProviderConfiguration {
        try ProviderConfiguration(
            issuer: issuer, clientID: Self.clientID, clientSecret: secret, claims: claims, adminGroup: adminGroup,
            accessTokenAudiences: ["bedel-api"], accessTokenParties: parties, introspectsTokens: introspects,
            responseMode: responseMode)
    }

    /// A provider that misbehaves as told, and our side facing it.
    static func face(
        _ change: @escaping @Sendable (inout Behaviour) -> Void = { _ in },
        claims: ClaimMapping = .standard, timing: IdentityConfiguration.Timing = .init(patience: .seconds(20)),
        _ body: @escaping @Sendable (HostileProvider, Desk) async throws -> Void
    ) async throws {
        try await run { provider in
            provider.change(change)
            try await Desk.open([try provider.configuration(claims: claims)], clock: provider.clock, timing: timing) {
                try await body(provider, $0)
            }
        }
    }
}

/// The error's code, and the reason behind it that only the log sees; for `#expect` on what was refused and why.
func refusal(_ body: () async throws -> some Any) async -> (code: BedelError.Code, detail: String)? {
    do {
        _ = try await body()
        return nil
    } catch {
        let error = BedelError.wrapping(error)
        return (error.code, error.detail)
    }
}

/// Called as a function of its own, since a closure inside a macro's argument was seen to be mixed up with others
/// (Swift 6.3.1).
func expectRefusal(
    _ code: BedelError.Code? = nil, detail: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    let refused = await refusal(body)
    #expect(refused != nil, "it was let through", sourceLocation: sourceLocation)
    if let code { #expect(refused?.code == code, sourceLocation: sourceLocation) }
    if let detail { #expect(refused?.detail == detail, sourceLocation: sourceLocation) }
}

func expectAdmission(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any) async {
    let refused = await refusal(body)
    #expect(refused == nil, sourceLocation: sourceLocation)
}
