import BedelDomain
import BedelStore
import Testing

@testable import BedelIdentity

/// From a role in Keycloak to a role in a course: looked at again at every sign-in and every refresh.
@Suite("Keycloak's roles and groups in a course")
struct KeycloakRolesTests {
    @Test func rolesFollowKeycloakAtSignInAndAtRefresh() async throws {
        try await ScratchPostgres.run { open in
            try await HostileProvider.run { provider in
                let claims = ClaimMapping.keycloak(client: "bedel")
                try await Desk.open([try provider.configuration(claims: claims)], clock: provider.clock) { browser in
                    let database = open()
                    let process = try await BedelProcess(provider, browser.client, database, claims: claims)
                    let outcome: Swift.Result<Void, any Error>
                    do {
                        outcome = .success(try await follow(provider, process, browser))
                    } catch { outcome = .failure(error) }
                    await database.shutdown()
                    try outcome.get()
                }
            }
        }
    }

    private static let course = Label("ml-2026")!

    private func follow(_ provider: HostileProvider, _ process: BedelProcess, _ browser: Desk) async throws {
        try await course(in: process.database)
        provider.change { Self.give(&$0, realm: ["lab-member"], client: [], groups: []) }
        let cookie = try await signIn(process, browser)
        #expect(try await role(cookie, process) == .student)

        // Two rules fit now: the stronger role counts.
        provider.change { Self.give(&$0, realm: ["lab-member"], client: ["teacher"], groups: []) }
        provider.clock.advance(.seconds(290))
        #expect(try await role(cookie, process) == .teacher, "a refresh is enough")

        provider.change { Self.give(&$0, realm: [], client: [], groups: ["helpers"]) }
        provider.clock.advance(.seconds(290))
        #expect(try await role(cookie, process) == .assistant)

        provider.change { Self.give(&$0, realm: [], client: [], groups: []) }
        provider.clock.advance(.seconds(290))
        #expect(try await role(cookie, process) == nil, "and so is losing everything")

        provider.change { Self.give(&$0, realm: [], client: ["teacher"], groups: []) }
        let again = try await signIn(process, browser)
        #expect(try await role(again, process) == .teacher, "a new sign-in looks too")
    }

    private func course(in database: PostgresDatabase) async throws {
        let now = Timestamp(seconds: 1)
        let profile = Profile(id: .random(at: now), name: Self.course, title: "ML", kind: .course, createdAt: now)
        let event = AuditEvent(
            at: now, actor: nil, actorName: "test", action: "profile.create", resource: "profile:ml-2026",
            profile: Self.course, outcome: .allowed, reason: "", facts: [:], requestID: "r", remoteAddress: "-")
        let store = PostgresProfileStore(database)
        try await store.create(profile, audit: event)
        try await store.setGroupRules(
            [
                GroupRule(group: "role:lab-member", role: .student),
                GroupRule(group: "role:bedel:teacher", role: .teacher), GroupRule(group: "helpers", role: .assistant),
            ], of: profile.id, audit: event)
    }

    private func signIn(_ process: BedelProcess, _ browser: Desk) async throws -> Credential {
        let redirect = try await process.signIn.begin(returnTo: "/")
        let signedIn = try await process.signIn.complete(
            query: try await browser.visit(redirect), browser: redirect.browser, inPlaceOf: nil, host: Desk.host,
            in: Desk.context)
        return .cookie(signedIn.cookie.value, host: Desk.host)
    }

    private func role(_ cookie: Credential, _ process: BedelProcess) async throws -> Role? {
        try await process.authenticator.authenticate(cookie).principal.roles[Self.course]
    }

    private static func give(
        _ behaviour: inout Behaviour, realm: [JSONValue], client: [JSONValue], groups: [JSONValue]
    ) {
        behaviour.person["realm_access"] = ["roles": .array(realm)]
        behaviour.person["resource_access"] = ["bedel": ["roles": .array(client)]]
        behaviour.person["groups"] = .array(groups)
    }
}
