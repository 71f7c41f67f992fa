import Foundation
import Testing

@testable import BedelConsole

/// The realm that is given to admins, held against the addresses that Bedel really has.
@Suite("The Keycloak realm")
struct KeycloakRealmTests {
    private struct Realm: Decodable {
        struct Client: Decodable {
            struct Mapper: Decodable {
                let name: String
                let protocolMapper: String
                let config: [String: String]
            }

            let clientId: String
            let publicClient: Bool
            let redirectUris: [String]
            let webOrigins: [String]
            let standardFlowEnabled: Bool
            let implicitFlowEnabled: Bool
            let directAccessGrantsEnabled: Bool
            let frontchannelLogout: Bool
            let fullScopeAllowed: Bool
            let attributes: [String: String]
            let protocolMappers: [Mapper]
        }

        let accessTokenLifespan: Int
        let revokeRefreshToken: Bool
        let refreshTokenMaxReuse: Int
        let clients: [Client]
    }

    private let realm: Realm
    private let client: Realm.Client

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/keycloak/realm.json")
        realm = try JSONDecoder().decode(Realm.self, from: Data(contentsOf: file))
        client = try #require(realm.clients.first { $0.clientId == "bedel" })
    }

    @Test func itNamesOurAddressesAndNoOthers() {
        let base = "${BEDEL_BASE}"
        #expect(client.redirectUris == [base + Address.callback.path])
        #expect(client.attributes["post.logout.redirect.uris"] == base + Address.home.path)
        #expect(client.attributes["backchannel.logout.url"] == base + Address.backChannelLogout.path)
        #expect(client.attributes["backchannel.logout.session.required"] == "true")
        #expect(client.webOrigins.isEmpty)
        #expect(!client.frontchannelLogout)
    }

    @Test func itAllowsTheCodeFlowWithPKCEAlone() {
        #expect(client.attributes["pkce.code.challenge.method"] == "S256")
        #expect(client.standardFlowEnabled && !client.implicitFlowEnabled && !client.directAccessGrantsEnabled)
        #expect(!client.publicClient && !client.fullScopeAllowed)
    }

    @Test func tokensAreShortAndRefreshTokensWorkOnce() {
        #expect((60...600).contains(realm.accessTokenLifespan))
        #expect(realm.revokeRefreshToken && realm.refreshTokenMaxReuse == 0)
    }

    /// Where `claims: keycloak` looks (`ClaimMapping.keycloak`).
    @Test(arguments: [
        ("oidc-group-membership-mapper", "groups"), ("oidc-usermodel-realm-role-mapper", "realm_access.roles"),
        ("oidc-usermodel-client-role-mapper", "resource_access.bedel.roles"),
    ])
    func groupsAndRolesAreInTheIDToken(_ kind: String, _ claim: String) throws {
        let mapper = try #require(client.protocolMappers.first { $0.protocolMapper == kind })
        #expect(mapper.config["claim.name"] == claim)
        #expect(mapper.config["id.token.claim"] == "true")
        #expect(mapper.config["userinfo.token.claim"] == "true")
    }
}
