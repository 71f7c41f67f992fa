import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Configuration")
struct ConfigurationTests {
    @Test(arguments: [
        "https://id.uni.example", "https://id.uni.example/realms/R", "http://localhost:5000", "http://127.0.0.1:5000",
        "http://[::1]:5000", "http://a.localhost", "https://id.uni.example:8443/",
    ])
    func addressThatCanBeTrustedIsTaken(text: String) {
        #expect(WebAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "id.uni.example", "ftp://id.uni.example", "http://id.uni.example", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "http://localhost@evil.example", "https://user:pw@id.uni.example", "https://",
        "https://:443", "https://a#b", "https://a b", "https://a\r\nb", "https://é.example", "https://a:99999",
        "https://a:b", "https://a:+9/", "https://a:-0", "https://a:", "https://a:4 3",
        "https://ho%73t", "https://a;b", "https://a,b", "https://[x]", "https://[]", "http://127.1",
        "http://0x7f.0.0.1", "http://128.0.0.1", "javascript:alert(1)", "http://[::1", "HTTPS://a",
    ])
    func addressThatCannotIsNot(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test func plainHTTPIsForLoopbackOnly() {
        #expect(throws: BedelError.self) {
            try ProviderConfiguration(
                issuer: "http://id.uni.example", clientID: "b", clientSecret: "s", adminGroup: nil)
        }
        #expect(throws: BedelError.self) {
            try ProviderConfiguration(
                issuer: "https://id.uni.example", clientID: "", clientSecret: "s", adminGroup: nil)
        }
        #expect(throws: BedelError.self) {
            try ProviderConfiguration(
                issuer: "https://id.uni.example", clientID: "b", clientSecret: "", adminGroup: nil)
        }
    }

    @Test func baseAndProvidersAreChecked() throws {
        let one = try ProviderConfiguration(
            issuer: "https://id.uni.example", clientID: "b", clientSecret: "s", scopes: ["email"], adminGroup: nil)
        #expect(one.scopes == ["openid", "email"])
        #expect(throws: BedelError.self) {
            try IdentityConfiguration(base: "http://localhost:8080/x", providers: [one])
        }
        #expect(throws: BedelError.self) { try IdentityConfiguration(base: "http://lab.uni.example", providers: [one]) }
        #expect(throws: BedelError.self) { try IdentityConfiguration(base: "http://localhost:8080", providers: []) }
        #expect(throws: BedelError.self) {
            try IdentityConfiguration(base: "http://localhost:8080", providers: [one, one])
        }
        #expect(try !IdentityConfiguration(base: "http://localhost:8080", providers: [one]).secureCookies)
        #expect(try IdentityConfiguration(base: "https://lab.uni.example", providers: [one]).secureCookies)
    }
}
