import BedelDomain
import FoundationEssentials

extension CedarAuthorizer {
    /// The shipped schema with rules made for tests: here students open services, which the shipped policies refuse.
    static func forTests() throws -> CedarAuthorizer {
        let schema = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "policies/bedel.cedarschema")
        return try CedarAuthorizer(
            PolicyTexts(
                schema: .init(name: "bedel.cedarschema", text: String(contentsOf: schema, encoding: .utf8)),
                policies: [.init(name: "tests.cedar", text: rules)]))
    }

    private static let rules = """
        permit (principal in Role::"student", action == Action::"model.predict", resource)
        when { resource has owner && resource.owner == principal };
        permit (principal in Role::"teacher", action == Action::"model.predict", resource);
        permit (principal in Role::"consumer", action == Action::"model.predict", resource);
        permit (principal in Role::"student", action == Action::"service.open", resource);
        permit (principal in Role::"teacher", action == Action::"service.open", resource);
        permit (principal in Role::"admin", action in [Action::"model.predict", Action::"service.open"], resource);
        @reason("sign-in") @max_age("5m") @acr_values("gold")
        forbid (principal, action == Action::"service.open", resource == Service::"ml-2026/vault")
        when { context has signIn };
        forbid (principal, action in Action::"predict", resource)
        when { context has scopes && !context.scopes.contains("predict") };
        @reason("suspended")
        forbid (principal, action == Action::"model.predict", resource in ProfileState::"suspended");
        @reason("archived")
        forbid (principal, action == Action::"model.predict", resource in ProfileState::"archived");
        """
}
