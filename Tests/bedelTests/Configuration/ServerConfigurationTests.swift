import BedelDomain
import BedelIdentity
import Testing

@testable import bedel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The configuration file: issuers")
struct ServerConfigurationTests {
    /// Reads a file whose one issuer has these lines beside the ones it needs.
    private func issuer(_ lines: String) throws -> ServerConfiguration.Issuer {
        let text = """
            base: https://lab.example.edu
            listen: 127.0.0.1:443
            admin: 127.0.0.1:9090
            data: /var/lib/bedel
            database: postgresql:///bedel
            issuers:
              - url: https://sso.example.edu
                client-id: bedel
                client-secret-file: /etc/bedel/client-secret
                admin-group: admins
            \(lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            """
        let path = FileManager.default.temporaryDirectory.path() + "/bedel-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try #require(try ServerConfiguration.read(path, environment: [:]).issuers.first)
    }

    private func mapping(_ lines: String) throws -> ClaimMapping? {
        try issuer(lines).claims?.mapping(clientID: "bedel")
    }

    @Test func mappingsThatComeAlongAreNamed() throws {
        #expect(try mapping("") == nil)
        #expect(try mapping("claims: standard") == .standard)
        #expect(try mapping("claims: keycloak") == .keycloak(client: "bedel"))
    }

    @Test func ownMappingGoesThroughNestedObjects() throws {
        let own = try mapping(
            """
            claims:
              login: uid
              email: contact.mail
              groups:
                - groups
                - { claim: realm_access.roles, prefix: "role:" }
                - { claim: ["https://example.edu/roles"] }
            """)
        #expect(
            own
                == ClaimMapping(
                    login: ["uid"], name: ["name"], email: ["contact", "mail"],
                    groups: [
                        .init(["groups"]), .init(["realm_access", "roles"], prefix: "role:"),
                        .init(["https://example.edu/roles"]),
                    ]))
    }

    @Test(
        "a mistake is named, with its place",
        arguments: [
            ("claims: keycloack", "“keycloack” is no claim mapping"),
            ("claims: {emial: mail}", "“emial” is no key here; there are login, name, email, groups"),
            ("claims: {login: a..b}", "claims.login”: a claim is named by"),
            ("claims: {login: []}", "claims.login”: a claim is named by"),
            ("claims: {login: a.b.c.d.e.f.g.h.i}", "a claim is named by 1 to 8 names"),
            ("claims: {groups: [{claim: a, prefx: b}]}", "“prefx” is no key here"),
            ("claims: {groups: [{prefix: b}]}", "claim” is missing"),
            ("access-tokens: {introspection: true}", "audiences” is missing"),
            ("response-mode: fragment", "“fragment” is no response mode; there are query, form_post"),
            ("access-tokens: {audience: [a]}", "“audience” is no key here"),
        ])
    func mistakeIsNamed(lines: String, message: String) {
        let error = #expect(throws: BedelError.self) { try issuer(lines) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func responseModeIsRead() throws {
        #expect(try issuer("").responseMode == nil)
        #expect(try issuer("response-mode: form_post").responseMode == .formPost)
    }

    @Test func accessTokensAreRead() throws {
        let read = try issuer("access-tokens: {audiences: [bedel-api], applications: [gradebook], introspection: true}")
        #expect(read.accessTokens?.audiences == ["bedel-api"])
        #expect(read.accessTokens?.applications == ["gradebook"])
        #expect(read.accessTokens?.introspection == true)
    }
}
