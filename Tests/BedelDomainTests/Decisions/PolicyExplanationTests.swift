import BedelDomain
import Testing

@Suite("Explaining decisions")
struct PolicyExplanationTests {
    private let policies: CedarAuthorizer
    private let table: DecisionTable

    init() throws {
        policies = try CedarAuthorizer(ShippedPolicies.texts())
        table = DecisionTable(policies)
    }

    private func explain(
        _ role: Role?, _ action: Action, _ column: String, proof: Principal.Proof = .system
    ) -> PolicyExplanation {
        policies.explain(Question(table.principal(role, proof: proof), action, table.resource(of: action, in: column)))
    }

    @Test func refusalNamesTheConditionThatFailedAndWhatWouldChangeIt() throws {
        let explanation = explain(.student, .modelView, "other")
        #expect(explanation.decision == .deny(.role) && explanation.deciding.isEmpty)
        let miss = try #require(explanation.nearMisses.first)
        #expect(miss.id == "student.own-models" && miss.effect == "permit")
        #expect(miss.obstacle.contains("resource.owner == principal"), "\(miss.obstacle)")
        #expect(explanation.changes.contains("If the model were their own it would be allowed."))
        #expect(explanation.changes.contains("As teacher of ml-2026 it would be allowed."))
        #expect(!explanation.changes.contains { $0.contains("consumer") })
    }

    @Test func permissionNamesThePolicyWithItsPlaceAndText() throws {
        let explanation = explain(.teacher, .gradesExport, "other")
        let policy = try #require(explanation.deciding.first)
        #expect(explanation.decision == .allow(policy: "teacher.evaluation") && policy.id == "teacher.evaluation")
        #expect(policy.place.hasPrefix("teacher.cedar:") && policy.text.contains("grades.export"))
        #expect(policy.obstacle.isEmpty)
        #expect(explanation.changes.contains("As student of ml-2026 it would be refused."))
        #expect(!explanation.changes.contains { $0.contains("admin") })
    }

    @Test func tokenWithoutTheScopeIsToldWhichForbidAndWhichScope() {
        let id = AccessToken.ID.random(at: Timestamp(seconds: 1))
        let explanation = explain(.student, .modelSubmit, "own", proof: .accessToken(id, [.read]))
        #expect(explanation.decision == .deny(.scope))
        #expect(explanation.deciding.map(\.id) == ["token.without-submit"])
        #expect(
            explanation.changes == [
                "With a token that also has the scope “submit” it would be allowed.",
                "Signed in, without a token, it would be allowed.",
            ])
    }

    /// What the explanation says is decided by the same policies as the decision itself.
    @Test(arguments: Action.allCases)
    func explanationAgreesWithTheDecision(_ action: Action) {
        for column in DecisionTable.columns {
            for role in Role.allCases.map(Optional.some) + [nil] {
                let question = Question(table.principal(role), action, table.resource(of: action, in: column))
                let explanation = policies.explain(question)
                #expect(explanation.decision == policies.decide(question))
                let isSilence = [.deny(.role), .deny(.notAMember)].contains(explanation.decision)
                // A stranger is not told of the state that decided.
                if question.resource.state == nil { #expect(explanation.deciding.isEmpty == isSilence) }
            }
        }
    }

    @Test func archivedCourseSaysWhichForbidAndThatTheStateIsIt() {
        let explanation = explain(.teacher, .memberEdit, "archived")
        #expect(explanation.decision == .deny(.archived))
        #expect(explanation.deciding.map(\.id) == ["state.archived"])
        #expect(explanation.changes == ["If the profile were active it would be allowed."])
    }

    @Test func nobodySignedInIsNotAPolicysAffair() {
        let explanation = policies.explain(Question(nil, .profileList, .platform))
        #expect(explanation.decision == .deny(.anonymous) && explanation.nearMisses.isEmpty)
        #expect(explanation.changes.count == 1)
    }
}
