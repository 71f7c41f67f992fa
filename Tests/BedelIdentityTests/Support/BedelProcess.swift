import AsyncHTTPClient
import BedelDomain
import BedelStore
import Logging

@testable import BedelIdentity

/// What one server process makes of sign-on, over a real database.
struct BedelProcess: Sendable {
    let database: PostgresDatabase
    let signIn: OpenIDSignIn
    let authenticator: BedelAuthenticator

    init(
        _ provider: HostileProvider, _ client: HTTPClient, _ database: PostgresDatabase,
        claims: ClaimMapping = .standard
    ) async throws {
        try await database.start()
        self.database = database
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let configuration = try IdentityConfiguration(
            base: "http://localhost:8080", providers: [try provider.configuration(claims: claims)])
        let providers = Providers(configuration, client: client, clock: provider.clock, logger: logger)
        let (sessions, users) = (PostgresSessionStore(database), PostgresUserStore(database))
        signIn = OpenIDSignIn(
            configuration: configuration, providers: providers, keys: Desk.keys, sessions: sessions, users: users,
            audit: PostgresAuditLog(database), clock: provider.clock, logger: logger)
        authenticator = BedelAuthenticator(
            configuration: configuration, providers: providers, keys: Desk.keys, sessions: sessions, users: users,
            tokens: PostgresAccessTokenStore(database), clock: provider.clock, logger: logger)
    }
}
