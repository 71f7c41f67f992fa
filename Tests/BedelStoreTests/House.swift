import BedelDomain
import BedelStore
import Logging
import Testing

/// Every port of the store, as one implementation offers them. The suites of the ports know nothing but this; another
/// implementation passes them by making another house.
struct House: Sendable {
    let profiles: any ProfileStore
    let lifecycle: any ProfileLifecycle
    let quotas: any QuotaStore
    let enrolment: any EnrolmentStore
    let invitationLinks: any InvitationLinkStore
    let viewings: any ViewingStore
    let users: any UserStore
    let sessions: any SessionStore
    let tokens: any AccessTokenStore
    let devices: any DeviceAuthorizationStore
    let serviceAccounts: any ServiceAccountStore
    let models: any ModelStore
    let evaluations: any EvaluationStore
    let jobs: any JobQueue
    let audit: any AuditLog
    let gateways: any GatewayRegister
    let signals: PostgresSignals

    init(_ database: PostgresDatabase) {
        profiles = PostgresProfileStore(database)
        lifecycle = PostgresProfileLifecycle(database)
        quotas = PostgresQuotaStore(database)
        enrolment = PostgresEnrolmentStore(database)
        invitationLinks = PostgresInvitationLinkStore(database)
        viewings = PostgresViewingStore(database)
        users = PostgresUserStore(database)
        sessions = PostgresSessionStore(database)
        tokens = PostgresAccessTokenStore(database)
        devices = PostgresDeviceAuthorizationStore(database)
        serviceAccounts = PostgresServiceAccountStore(database)
        models = PostgresModelStore(database)
        evaluations = PostgresEvaluationStore(database)
        jobs = PostgresJobQueue(database)
        audit = PostgresAuditLog(database)
        gateways = PostgresGatewayRegister(database)
        signals = PostgresSignals(database)
    }
}

func withHouse(_ body: (House) async throws -> Void) async throws {
    try await PrivatePostgres.shared().withDatabase { try await body(House($0)) }
}

/// Time stands still here unless a test moves it.
let noon = Timestamp(seconds: 1_795_000_000) + .microseconds(123_456)

extension House {
    @discardableResult
    func profile(_ name: Label = "ml-2026") async throws -> Profile {
        let profile = Profile(
            id: .random(at: noon), name: name, title: "Machine Learning", kind: .course, createdAt: noon)
        try await profiles.create(profile, audit: .test("profile.create"))
        return profile
    }

    func person(_ login: String, groups: [String] = []) async throws -> User {
        try await users.signIn(.test(login, groups: groups), at: noon, audit: .test("sign-in.succeeded"))
    }

    func signIn(_ login: String, isEmailVerified: Bool?) async throws -> User {
        try await users.signIn(
            .test(login, isEmailVerified: isEmailVerified), at: noon, audit: .test("sign-in.succeeded"))
    }

    func handIn(
        _ model: Label, by owner: User, for assignment: Label? = nil, bundle: UInt8 = 1, at time: Timestamp = noon
    ) async throws -> Version {
        let submission = Submission(
            profile: "ml-2026", model: model, assignment: assignment, owner: owner.id, bundle: .test(bundle),
            size: 4096,
            layout: BundleLayout(runtime: .python, entry: "MyModel", requirements: "scikit-learn\n"), source: .git,
            commit: "0123abcd", receivedAt: time)
        return try await models.receive(submission, audit: .test("model.submit"))
    }

    /// A hand-in that has been built.
    func readyVersion(_ model: Label, by owner: User, for assignment: Label? = nil) async throws -> Version {
        let version = try await handIn(model, by: owner, for: assignment)
        #expect(try await advance(version, .received, .building))
        #expect(try await advance(version, .building, .ready, environment: .test(9)))
        return try #require(try await models.version(version.id))
    }

    func advance(
        _ version: Version, _ state: Version.State, _ next: Version.State, environment: Digest? = nil,
        fault: Fault? = nil
    ) async throws -> Bool {
        try await models.advance(
            version.id, from: state, to: next, environment: environment, fault: fault, audit: .test("build.\(next)"))
    }

    func assignment(_ name: Label = "digits", by teacher: User) async throws -> Assignment {
        let assignment = Assignment(
            id: .random(at: noon), profile: "ml-2026", name: name, title: "Digits", description: "Ten of them.",
            dataset: .test(7), rowCount: 300, features: ["pixel 0", "pixel \"1\"", "a,b"], labelColumn: "digit",
            metric: .macroF1, envelope: .standard, deadline: noon + .seconds(3600), createdBy: teacher.id,
            createdAt: noon)
        try await evaluations.create(assignment, audit: .test("assignment.create"))
        return assignment
    }

    func open(_ assignment: Assignment, by teacher: User, seed: UInt64 = 2026) async throws -> Round {
        let manifest = RoundManifest(
            harness: "test", dataset: assignment.dataset, metric: assignment.metric, envelope: assignment.envelope,
            seed: seed, rowsPerCall: 50, warmUpCalls: 1, platformRetries: 2)
        return try await evaluations.open(
            assignment, manifest: manifest, manifestDigest: .test(8), by: teacher.id, at: noon,
            audit: .test("round.start"))
    }

    func auditedActions() async throws -> [String] {
        try await audit.records(matching: AuditFilter(), limit: 1000).map(\.event.action).reversed()
    }
}

extension Label: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = Label(text) ?? { preconditionFailure("“\(text)” is no label") }()
    }
}

extension Digest {
    static func test(_ byte: UInt8) -> Digest { Digest(bytes: Array(repeating: byte, count: 32)) }
}

extension VerifiedIdentity {
    static func test(
        _ login: String, groups: [String] = [], name: String? = nil, isAdmin: Bool = false,
        isEmailVerified: Bool? = nil
    ) -> VerifiedIdentity {
        VerifiedIdentity(
            issuer: "https://id.example.edu", subject: "sub-\(login)", login: login, name: name ?? "Name of \(login)",
            email: "\(login)@example.edu", groups: groups, isAdmin: isAdmin,
            isEmailVerified: isEmailVerified)
    }
}

extension AuditEvent {
    static func test(
        _ action: String, of profile: Label = "ml-2026", facts: [String: String] = ["colour": "green"]
    ) -> AuditEvent {
        AuditEvent(
            at: noon, actor: nil, actorName: "tester", action: action, resource: "platform:bedel", profile: profile,
            outcome: .allowed, reason: "because", facts: facts, requestID: "r-1", remoteAddress: "127.0.0.1")
    }
}

/// That `body` fails with this code, and with words for whoever caused it.
func expectFailure(
    _ code: BedelError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing failed", sourceLocation: sourceLocation)
    } catch let error as BedelError {
        #expect(error.code == code, "\(error.debugDescription)", sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
