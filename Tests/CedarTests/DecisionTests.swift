import Cedar
import Testing

@Suite("Decisions") struct DecisionTests {
    private let everyone = "(principal, action, resource)"

    @Test func withoutPoliciesTheAnswerIsNo() throws {
        let decision = try Lab.decide("")
        #expect(!decision.isAllowed)
        #expect(decision.determining.isEmpty)
    }

    @Test func forbidOverridesPermit() throws {
        let decision = try Lab.decide("permit\(everyone); forbid\(everyone); forbid\(everyone) when { false };")
        #expect(!decision.isAllowed)
        #expect(decision.determining == ["policy1"])
    }

    @Test func allPermitsThatHoldAreNamed() throws {
        let decision = try Lab.decide(
            "permit\(everyone); permit(principal is Group, action, resource); permit\(everyone);")
        #expect(decision.isAllowed)
        #expect(decision.determining == ["policy0", "policy2"])
    }

    @Test func aPolicyWithAnErrorIsSkippedAndReported() throws {
        let decision = try Lab.decide("permit\(everyone);\nforbid\(everyone) when { principal.nick == 1 };")
        #expect(decision.isAllowed)
        #expect(decision.errors.map(\.policyID) == ["policy1"])
        #expect(
            decision.errors.first?.description
                == #"policies:2:44: policy "policy1": User::"alice" has no attribute `nick`"#)
    }

    @Test func allConditionsHaveToBeMet() throws {
        #expect(try !Lab.decide("permit\(everyone) when { true } when { false };").isAllowed)
        #expect(try !Lab.decide("permit\(everyone) when { true } unless { true };").isAllowed)
        #expect(try Lab.decide("permit\(everyone) when { true } unless { false } when { 1 == 1 };").isAllowed)
    }

    @Test(arguments: [
        (#"principal == User::"alice", action, resource"#, true),
        (#"principal == User::"bob", action, resource"#, false),
        (#"principal == Group::"students", action, resource"#, false),
        (#"principal in Group::"members", action, resource"#, true),
        (#"principal in User::"alice", action, resource"#, true), ("principal is User, action, resource", true),
        ("principal is Group, action, resource", false),
        (#"principal is User in Group::"students", action, resource"#, true),
        (#"principal is Group in Group::"students", action, resource"#, false),
        (#"principal, action == Action::"read", resource"#, true),
        (#"principal, action == Action::"any", resource"#, false),
        (#"principal, action in Action::"any", resource"#, true),
        (#"principal, action in [Action::"write", Action::"any", Action::"read"], resource"#, true),
        (#"principal, action in [], resource"#, false), (#"principal, action, resource == Model::"iris""#, true),
        (#"principal, action, resource in Model::"other""#, false),
    ])
    func theScopeChoosesRequests(scope: String, fits: Bool) throws {
        let decision = try Lab.decide("permit(\(scope));")
        #expect(decision.isAllowed == fits)
        #expect(decision.determining == (fits ? ["policy0"] : []))
    }

    @Test func theIndexFindsWhatAWalkOverAllPoliciesFinds() throws {
        var random = SplitMix(state: 11)
        let groups = (0..<12).map { EntityUID("Group", "\($0)") }
        let types = ["User", "Group", "Model"]
        let entities = try EntityStore(
            groups.enumerated().map { index, uid in
                Entity(uid: uid, parents: groups[..<index].filter { _ in random.below(3) == 0 })
            })
        func part(_ variable: String) -> String {
            let group = groups[random.below(groups.count)]
            return [
                variable, "\(variable) == \(group)", "\(variable) in \(group)",
                "\(variable) is \(types[random.below(3)])", "\(variable) is \(types[random.below(2)]) in \(group)",
            ][random.below(5)]
        }
        let actions = [#"action"#, #"action == Action::"read""#, #"action in [Action::"read", Action::"write"]"#]
        let text = (0..<200).map { _ in
            "\(random.below(4) == 0 ? "forbid" : "permit")(\(part("principal")), \(actions[random.below(3)]), "
                + "\(part("resource")))\(random.below(6) == 0 ? " when { principal.x }" : "");"
        }.joined(separator: "\n")
        let policies = try PolicySet(parsing: text)
        for _ in 0..<100 {
            let request = try Lab.request(
                groups[random.below(12)], random.below(2) == 0 ? Lab.read : Lab.write, groups[random.below(12)])
            let explanation = policies.explain(request, entities)
            let holding = explanation.verdicts.filter { if case .holds = $0.outcome { true } else { false } }
            let forbids = holding.filter { $0.policy.effect == .forbid }
            #expect(explanation.decision.determining == (forbids.isEmpty ? holding : forbids).map(\.policy.id))
            #expect(explanation.decision.isAllowed == (forbids.isEmpty && !holding.isEmpty))
            let failing = explanation.verdicts.filter { if case .error = $0.outcome { true } else { false } }
            #expect(explanation.decision.errors.map(\.policyID) == failing.map(\.policy.id))
        }
    }

    @Test func theContextIsPartOfTheRequest() throws {
        let policy = #"permit(principal, action, resource) when { context.address.isInRange(ip("10.0.0.0/8")) };"#
        #expect(try Lab.decide(policy, context: #"{address: ip("10.9.9.9")}"#).isAllowed)
        #expect(try !Lab.decide(policy, context: #"{address: ip("11.9.9.9")}"#).isAllowed)
    }
}
