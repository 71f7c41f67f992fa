import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Whether an address is verified")
struct VerifiedAddressTests {
    private func said(_ claim: JSONValue?, trusts: Bool = false) throws -> Bool? {
        let standard = ClaimMapping.standard
        let mapping = ClaimMapping(
            login: standard.login, name: standard.name, email: standard.email, groups: standard.groups,
            trustsEmail: trusts)
        var claims: [String: JSONValue] = ["email": "ana@uni.example"]
        claims["email_verified"] = claim
        return try ClaimReader(mapping: mapping, adminGroup: nil)
            .identity(from: .object(claims), issuer: "https://id.example", subject: "1").isEmailVerified
    }

    @Test func onlyTheProvidersWordCounts() throws {
        #expect(try said(.bool(true)) == true)
        #expect(try said("true") == true, "some write it as text")
        for claim in [JSONValue.bool(false), "false", "yes", .number(1), .array([])] {
            #expect(try said(claim) == false, "\(claim)")
        }
        #expect(try said(nil) == nil)
        #expect(try said(.null) == nil)
    }

    @Test func whereNobodyWritesTheirOwnEveryAddressCounts() throws {
        #expect(try said(nil, trusts: true) == true)
    }
}
