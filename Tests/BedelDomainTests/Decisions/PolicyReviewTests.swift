import BedelDomain
import Testing

@Suite("Checking policies")
struct PolicyReviewTests {
    @Test func shippedPoliciesAreWithoutMistakeAndEachIsNamed() throws {
        let review = PolicyReview(try ShippedPolicies.texts())
        #expect(review.problems == [] && review.warnings == [])
        #expect(review.entries.count >= 15)
        #expect(review.entries.allSatisfy { !$0.id.hasPrefix("policy") && $0.line > 0 })
        #expect(review.entries.contains { $0.id == "admin.everything" && $0.file == "admin.cedar" })
    }

    @Test(arguments: [
        (#"permit (principal in Role::"techer", action, resource);"#, "local.cedar:1:"),
        (#"permit (principal, action == Action::"model.eat", resource);"#, "model.eat"),
        ("permit (principal, action, resource)", "local.cedar:1:37"),
        ("\n\npermit (principal, action, resource) when { resource.owner == principal };", "local.cedar:3:"),
        ("permit (principal, action, resource) when { 1 };", "local.cedar:1:"),
        (#"permit (principal, action == Action::"model.view", resource is Token);"#, "local.cedar:1:"),
        (#"permit (principal in ?principal, action, resource);"#, "template"),
        (#"@reason("mood") forbid (principal, action, resource);"#, "@reason"),
        (#"@reason("anonymous") forbid (principal, action, resource);"#, "@reason"),
        (#"@reason("scope") permit (principal, action, resource);"#, "@reason"),
        (#"@reason("sign-in") forbid (principal, action, resource);"#, "@max_age"),
        (#"@reason("sign-in") @max_age("soon") forbid (principal, action, resource);"#, "@max_age"),
        (#"@reason("sign-in") @max_age("-5m") forbid (principal, action, resource);"#, "@max_age"),
        (#"@reason("sign-in") @max_age("1s5ms") forbid (principal, action, resource);"#, "@max_age"),
        (#"@reason("sign-in") @acr_values(" ") forbid (principal, action, resource);"#, "@acr_values"),
        (#"@reason("sign-in") @max_age("5m") permit (principal, action, resource);"#, "@reason"),
        (#"@reason("role") @max_age("5m") forbid (principal, action, resource);"#, "@max_age"),
        (#"@acr_values("gold") forbid (principal, action, resource);"#, "@acr_values"),
        ("@id(\"a\") permit (principal, action, resource);\n@id(\"a\") forbid (principal, action, resource);", ":2:1"),
    ])
    func mistakesAreNamedByPlaceAndTheSetIsRefused(_ policy: String, _ part: String) throws {
        let texts = try ShippedPolicies.with(policy)
        let review = PolicyReview(texts)
        #expect(review.problems.contains { $0.summary.contains(part) }, "\(review.problems)")
        let error = try #require(throws: BedelError.self) { _ = try CedarAuthorizer(texts) }
        #expect(error.message.contains("local.cedar:") && error.detail.contains(part), "\(error.message)")
    }

    @Test func theErrorSaysWhatWasExpected() throws {
        let error = try #require(throws: BedelError.self) {
            _ = try CedarAuthorizer(ShippedPolicies.with("permit (principal, action resource);"))
        }
        #expect(error.message.contains("local.cedar:1:27: expected"), "\(error.message)")
    }

    @Test(arguments: [
        ("action \"audit.view\"", "action \"audit.vieww\"", "“audit.view” is not declared"),
        ("action \"audit.view\"", "action \"model.eat\", \"audit.view\"", "Bedel has no action “model.eat”"),
        ("in [\"evaluate\"]", "in [\"read\"]", "“evaluate”"),
        ("in [\"evaluate\"]", "in [\"evaluate\", \"read\"]", "no other scope's"),
        ("entity Token", "entity User", "bedel.cedarschema:"),
    ])
    func schemaThatMeansOtherActionsThanTheProgramIsRefused(_ old: String, _ new: String, _ part: String) throws {
        let shipped = try ShippedPolicies.texts()
        var text = shipped.schema.text.replacing("\"deployment.list\", \"audit.view\"", with: "\"deployment.list\"")
        text += """
            action "audit.view" in ["manage"] appliesTo { principal: User, resource: [Platform, Profile], context: Credential };
            """
        #expect(
            PolicyReview(PolicyTexts(schema: .init(name: "bedel.cedarschema", text: text), policies: shipped.policies))
                .problems == [])
        let schema = PolicyTexts.File(name: "bedel.cedarschema", text: text.replacing(old, with: new))
        let review = PolicyReview(PolicyTexts(schema: schema, policies: shipped.policies))
        #expect(review.problems.contains { $0.summary.contains(part) }, "\(review.problems)")
    }

    @Test func policyThatCanNeverApplyIsAWarningOnly() throws {
        let texts = try ShippedPolicies.with("permit (principal, action, resource) when { 1 == 2 && true };")
        let review = PolicyReview(texts)
        #expect(review.problems == [] && review.warnings.count == 1, "\(review)")
        #expect(throws: Never.self) { _ = try CedarAuthorizer(texts) }
    }
}
