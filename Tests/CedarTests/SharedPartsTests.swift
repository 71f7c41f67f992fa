import Cedar
import Testing

/// Parts that several policies have in common are evaluated once for a decision; nobody may see a difference.
@Suite("Shared parts of conditions") struct SharedPartsTests {
    private let everyone = "(principal, action, resource)"

    @Test func eachPolicyReportsAnErrorAtItsOwnPlace() throws {
        let decision = try Lab.decide(
            """
            permit\(everyone) when { principal.nick == 1 };
            permit\(everyone) when { true && principal.nick == 1 };
            permit\(everyone);
            """)
        #expect(decision.isAllowed)
        #expect(decision.errors.map(\.policyID) == ["policy0", "policy1"])
        #expect(decision.errors.map { "\($0.position)" } == ["1:44", "2:52"])
    }

    @Test func aPartThatIsNoTruthIsRefusedWhereverItStandsForOne() throws {
        let decision = try Lab.decide(
            """
            permit\(everyone) when { principal.age == 20 };
            permit\(everyone) when { principal.age };
            permit\(everyone) when { principal.age > 19 && principal.age };
            """)
        #expect(decision.determining == ["policy0"])
        #expect(decision.errors.map(\.policyID) == ["policy1", "policy2"])
        #expect(decision.errors.map { "\($0.position)" } == ["2:44", "3:66"])
    }

    @Test func nothingIsRememberedFromOneDecisionToTheNext() throws {
        let policies = try PolicySet(
            parsing: """
                permit\(everyone) when { context.n > 1 };
                forbid\(everyone) when { context.n > 1 && context.n > 2 };
                """)
        let entities = try Lab.entities()
        #expect(try policies.decide(Lab.request(context: "{n: 2}"), entities).isAllowed)
        #expect(try !policies.decide(Lab.request(context: "{n: 3}"), entities).isAllowed)
        #expect(try !policies.decide(Lab.request(context: "{n: 1}"), entities).isAllowed)
        #expect(try policies.decide(Lab.request(context: "{}"), entities).errors.count == 2)
    }

    /// An explanation evaluates every policy by itself. More parts are shared than can be remembered.
    @Test func decisionsAreWhatEveryPolicySaysByItself() throws {
        var random = SplitMix(state: 23)
        let parts =
            (0..<90).map { "context.n + \($0 % 45) \($0 < 45 ? "<" : ">=") \($0 * 7 % 60)" } + [
                "principal.age > 18", "principal.nick == 1", "principal in Group::\"members\"", "principal has name",
                "resource.owner == principal", "resource.owner is User in Group::\"members\"", "context.n",
                "principal.hasTag(\"team\")", "principal.getTag(\"team\") like \"b*\"", "action in Action::\"any\"",
                "context.m.k == 1", "[principal, resource].contains(resource.owner)", "principal.address.zip == 5",
            ]
        let text = (0..<400).map { _ in
            let condition = (0...random.below(3)).map { _ in parts[random.below(parts.count)] }
                .joined(separator: random.below(2) == 0 ? " && " : " || ")
            return "\(random.below(4) == 0 ? "forbid" : "permit")\(everyone) "
                + "\(random.below(3) == 0 ? "unless" : "when") { \(condition) };"
        }.joined(separator: "\n")
        let policies = try PolicySet(parsing: text)
        let entities = try Lab.entities()
        for number in 0..<12 {
            let principal = [Lab.alice, Lab.bob, Lab.nobody][number % 3]
            let request = try Lab.request(principal, context: "{n: \(number * 4), m: {k: \(number % 2)}}")
            let explanation = policies.explain(request, entities)
            let holding = explanation.verdicts.filter { if case .holds = $0.outcome { true } else { false } }
            let forbids = holding.filter { $0.policy.effect == .forbid }
            #expect(explanation.decision.determining == (forbids.isEmpty ? holding : forbids).map(\.policy.id))
            let failing = explanation.verdicts.compactMap { verdict in
                if case .error(let error) = verdict.outcome { "\(error)" } else { nil }
            }
            #expect(!failing.isEmpty)
            #expect(explanation.decision.errors.map { "\($0)" } == failing)
        }
    }
}
