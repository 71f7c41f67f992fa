import BedelDomain

@testable import BedelConsole

extension House: DeviceSignIn {
    /// The one code that somebody waits for.
    static let userCode = "WDJB-MJHT"

    private var waiting: DeviceAuthorization {
        DeviceAuthorization(
            id: .random(at: FixedTime.now), client: "bedel on <laptop>", scopes: [.read, .submit],
            tokenLifetime: .seconds(90 * 86_400), remoteAddress: "192.0.2.7", createdAt: FixedTime.now,
            expiresAt: FixedTime.now + .seconds(600))
    }

    func begin(
        client: String, scopes: Set<Scope>, tokenLifetime: Duration, in context: BedelDomain.RequestContext
    ) async throws -> DeviceCodes {
        note("begin \(client) \(scopes.map(\.rawValue).sorted().joined(separator: ",")) \(tokenLifetime)")
        return DeviceCodes(
            deviceCode: "device", userCode: Self.userCode, lifetime: .seconds(600), interval: .seconds(5))
    }

    func look(userCode: String, by principal: Principal) async throws -> DeviceAuthorization {
        guard userCode == Self.userCode else { throw BedelError(.notFound, "No program waits for this code.") }
        return waiting
    }

    func decide(
        userCode: String, approve: Bool, by principal: Principal, in context: BedelDomain.RequestContext
    ) async throws {
        _ = try await look(userCode: userCode, by: principal)
        note("decide \(approve) by \(principal.login)")
    }

    func redeem(deviceCode: String, in context: BedelDomain.RequestContext) async throws -> DeviceGrant {
        switch deviceCode {
        case "pending": .pending
        case "hasty": .slowDown
        case "denied": .denied
        case "expired": .expired
        case "approved":
            .token(
                AccessToken(
                    id: .random(at: FixedTime.now), user: .random(at: FixedTime.now), name: "laptop",
                    scopes: [.submit, .read], createdAt: FixedTime.now, expiresAt: FixedTime.now + .seconds(3600)),
                secret: "bdl_x_s3cret")
        default: .invalid
        }
    }
}

extension House: ServiceAccounts {
    private func account(_ name: Label, disabledAt: Timestamp? = nil) -> ServiceAccount {
        ServiceAccount(
            user: .random(at: FixedTime.now), profile: Course.profile, name: name, title: "The grade book <b>",
            createdBy: .random(at: FixedTime.now), createdAt: FixedTime.now, disabledAt: disabledAt)
    }

    func list(in profile: Label) async throws -> [ServiceAccount] {
        [account(Course.label("gradebook")), account(Course.label("old-app"), disabledAt: FixedTime.now)]
    }

    func create(
        _ name: String, title: String, in profile: Label, by principal: Principal,
        in context: BedelDomain.RequestContext
    ) async throws -> ServiceAccount {
        note("account \(name) \(title) by \(principal.login)")
        return account(try Label(checking: name, of: "service account"))
    }

    func setDisabled(
        _ isDisabled: Bool, _ name: Label, in profile: Label, by principal: Principal,
        in context: BedelDomain.RequestContext
    ) async throws {
        note("\(isDisabled ? "disable" : "enable") \(name)")
    }

    func tokens(of name: Label, in profile: Label) async throws -> [AccessToken] {
        [
            AccessToken(
                id: .random(at: FixedTime.now), user: .random(at: FixedTime.now), name: "nightly",
                scopes: ServiceAccount.scopes, createdAt: FixedTime.now, expiresAt: FixedTime.now + .seconds(3600))
        ]
    }

    func issueToken(
        _ tokenName: String, lifetime: Duration, for name: Label, in profile: Label, by principal: Principal,
        in context: BedelDomain.RequestContext
    ) async throws -> (token: AccessToken, secret: String) {
        note("token \(tokenName) \(lifetime) for \(name)")
        return (try await tokens(of: name, in: profile)[0], "bdl_x_s3cret")
    }

    func revokeToken(
        _ id: AccessToken.ID, of name: Label, in profile: Label, by principal: Principal,
        in context: BedelDomain.RequestContext
    ) async throws {
        note("revoke \(id) of \(name)")
    }
}
