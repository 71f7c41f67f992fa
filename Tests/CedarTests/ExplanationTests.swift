import Cedar
import Testing

@Suite("Explanations") struct ExplanationTests {
    private func explain(_ policies: String, context: String = "{}") throws -> Explanation {
        try PolicySet(parsing: policies).explain(try Lab.request(context: context), try Lab.entities())
    }

    @Test func thePoliciesThatDecidedAreNamed() throws {
        let explanation = try explain("@id(\"all\") permit(principal, action, resource);")
        #expect(explanation.determining.map(\.description) == [#"permit "all" (policies:1:1) holds"#])
        #expect(explanation.nearMisses.isEmpty)
    }

    @Test func theSmallestPartThatFailedIsShownWithItsValues() throws {
        let policy = #"""
            permit(principal, action, resource)
            when { principal.age > 18 && (principal.name == "Bob" || principal in Group::"teachers") };
            """#
        let explanation = try explain(policy)
        #expect(
            explanation.nearMisses.map(\.description) == [
                #"permit "policy0" (policies:1:1) does not hold: "#
                    + #"`(principal.name == "Bob" || principal in Group::"teachers")` is false "#
                    + #"(principal.name is "Alice", principal is User::"alice")"#
            ])
    }

    @Test func onlyTheFirstConjunctThatFailsIsBlamed() throws {
        let policy = "permit(principal, action, resource) when { resource.open && principal.age > 30 && false };"
        guard case .conditionFails(let failed)? = try explain(policy).verdicts.first?.outcome else {
            Issue.record("expected a failed condition")
            return
        }
        #expect(failed.text == "principal.age > 30")
        #expect(failed.position.description == "1:61")
        #expect(failed.values.map { "\($0.text)=\($0.value)" } == ["principal.age=20"])
    }

    @Test func anUnlessThatHoldsIsBlamed() throws {
        let policy = "permit(principal, action, resource) unless { false || resource.open };"
        #expect(
            try explain(policy).verdicts[0].description
                == #"permit "policy0" (policies:1:1) does not hold: its `unless` has `resource.open` "#
                + "(resource.open is true)")
    }

    @Test func scopesThatDifferInOnePartAreNearMisses() throws {
        let policies = #"""
            permit(principal == User::"bob", action, resource);
            permit(principal == User::"bob", action == Action::"write", resource);
            permit(principal, action, resource) when { false };
            """#
        let explanation = try explain(policies)
        #expect(explanation.nearMisses.map(\.policy.id) == ["policy2", "policy0"])
        #expect(
            explanation.verdicts[1].description
                == #"permit "policy1" (policies:2:1) is about others: principal == User::"bob", "#
                + #"action == Action::"write""#)
    }

    @Test func errorsAreTold() throws {
        let explanation = try explain("permit(principal, action, resource) when { principal.nick };")
        #expect(
            explanation.verdicts[0].description
                == #"permit "policy0" (policies:1:1) was skipped: User::"alice" has no attribute `nick`"#)
    }
}
