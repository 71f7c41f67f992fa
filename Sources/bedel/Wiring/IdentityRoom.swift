import BedelDomain
import BedelIdentity
import BedelStore

/// Everything that answers "who is this?".
struct IdentityRoom {
    let authenticator: BedelAuthenticator
    let signIn: OpenIDSignIn
    let tokens: AccessTokenService
    let devices: DeviceSignInService
    let serviceAccounts: ServiceAccountService
    let assertions: AssertionService
    let receipts: ReceiptService

    init(_ composition: Composition) throws {
        let database = composition.database
        let configuration = try Self.configuration(composition.configuration)
        let keys = try KeyDirectory(path: composition.data.keys)
        let ring = try keys.keyRing()
        let providers = Providers(
            configuration, client: composition.http, clock: composition.clock, logger: composition.logger)
        authenticator = BedelAuthenticator(
            configuration: configuration, providers: providers, keys: ring, sessions: PostgresSessionStore(database),
            users: PostgresUserStore(database), tokens: PostgresAccessTokenStore(database), clock: composition.clock,
            logger: composition.logger)
        signIn = OpenIDSignIn(
            configuration: configuration, providers: providers, keys: ring, sessions: PostgresSessionStore(database),
            users: PostgresUserStore(database), audit: PostgresAuditLog(database), clock: composition.clock,
            logger: composition.logger)
        tokens = AccessTokenService(store: PostgresAccessTokenStore(database), clock: composition.clock)
        devices = DeviceSignInService(
            store: PostgresDeviceAuthorizationStore(database), tokens: PostgresAccessTokenStore(database),
            users: PostgresUserStore(database), clock: composition.clock)
        serviceAccounts = ServiceAccountService(
            store: PostgresServiceAccountStore(database), tokens: PostgresAccessTokenStore(database),
            clock: composition.clock)
        assertions = try AssertionService(directory: keys, configuration: configuration, clock: composition.clock)
        receipts = try ReceiptService(directory: keys, configuration: configuration)
    }

    /// Only what checks receipts, for a command.
    static func receipts(_ configuration: ServerConfiguration) throws -> ReceiptService {
        let keys = try KeyDirectory(path: DataDirectory.keys(in: configuration.data))
        return try ReceiptService(directory: keys, configuration: Self.configuration(configuration))
    }

    /// Only what signs and checks the audit trail's checkpoints.
    static func checkpoints(_ configuration: ServerConfiguration) throws -> CheckpointService {
        let keys = try KeyDirectory(path: DataDirectory.keys(in: configuration.data))
        return try CheckpointService(directory: keys, configuration: Self.configuration(configuration))
    }

    private static func configuration(_ configuration: ServerConfiguration) throws -> IdentityConfiguration {
        try IdentityConfiguration(
            base: BaseAddress(configuration.base).url, providers: configuration.issuers.map(provider))
    }

    private static func provider(_ issuer: ServerConfiguration.Issuer) throws -> ProviderConfiguration {
        let secret = try TextFile.read(issuer.clientSecretFile)
        return try ProviderConfiguration(
            issuer: issuer.url, clientID: issuer.clientID, clientSecret: String(secret.filter { !$0.isWhitespace }),
            scopes: issuer.scopes ?? ["openid", "profile", "email", "groups"],
            claims: issuer.claims?.mapping(clientID: issuer.clientID) ?? .standard, adminGroup: issuer.adminGroup,
            accessTokenAudiences: Set(issuer.accessTokens?.audiences ?? []),
            accessTokenParties: Set(issuer.accessTokens?.applications ?? []),
            introspectsTokens: issuer.accessTokens?.introspection ?? false,
            responseMode: issuer.responseMode == .formPost ? .formPost : .query)
    }
}
