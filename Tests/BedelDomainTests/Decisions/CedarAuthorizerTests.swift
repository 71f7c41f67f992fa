import BedelDomain
import FoundationEssentials
import Testing

@Suite("Who may do what")
struct CedarAuthorizerTests {
    private let policies: CedarAuthorizer
    private let table: DecisionTable

    init() throws {
        policies = try CedarAuthorizer(ShippedPolicies.texts())
        table = DecisionTable(policies)
    }

    /// Every role × action × (mine, another's, another course's, the platform's). An action that is new to ``Action`` has
    /// no line in the golden file and fails here until somebody has decided about it.
    ///
    /// To take over a change that was meant: run once with `BEDEL_WRITE_GOLDEN=1`, and read the difference.
    @Test func decisionsAreTheReviewedOnes() throws {
        let path = "policies/tests/decisions.golden"
        if ProcessInfo.processInfo.environment["BEDEL_WRITE_GOLDEN"] == "1" {
            try Data(table.text.utf8).write(to: ShippedPolicies.root.appending(path: path))
        }
        let actual = table.text.split(separator: "\n")
        let golden = try ShippedPolicies.text(of: path).split(separator: "\n")
        let unreviewed = Set(actual).subtracting(golden).sorted()
        let missing = Set(golden).subtracting(actual).sorted()
        #expect(unreviewed.isEmpty, "decisions that nobody reviewed: \(unreviewed.joined(separator: "\n"))")
        #expect(missing.isEmpty, "reviewed decisions that no longer hold: \(missing.joined(separator: "\n"))")
        #expect(actual == golden)
    }

    @Test(arguments: Action.allCases)
    func everyActionIsAllowedToTheAdminAndToNobodyWithoutARole(_ action: Action) {
        for column in ["own", "other", "elsewhere", "platform"] {
            let resource = table.resource(of: action, in: column)
            #expect(policies.decide(Question(table.principal(.admin), action, resource)).isAllowed)
            #expect(policies.decide(Question(nil, action, resource)) == .deny(.anonymous))
            let isOwn = [.tokenManage, .sessionEnd, .deviceApprove].contains(action) && column == "own"
            // By an invitation: whoever has one may come.
            let isEverybodys = isOwn || action == .profileJoin
            #expect(policies.decide(Question(table.principal(nil), action, resource)).isAllowed == isEverybodys)
        }
    }

    @Test(arguments: Action.allCases)
    func nobodyButTheAdminReachesAnotherCourse(_ action: Action) {
        // An invitation is about no course until it is opened.
        guard action != .profileJoin else { return }
        let resource = table.resource(of: action, in: "elsewhere")
        for role in Role.allCases where role != .admin {
            let decision = policies.decide(Question(table.principal(role), action, resource))
            #expect(decision == .deny(resource.profile == nil ? .role : .notAMember))
        }
    }

    /// A token does no more than its scopes, whatever its owner may do.
    @Test(arguments: Action.allCases)
    func tokenNeedsTheActionsScope(_ action: Action) {
        let resource = table.resource(of: action, in: "own")
        let id = AccessToken.ID.random(at: Timestamp(seconds: 1))
        let without = table.principal(.admin, proof: .accessToken(id, Set(Scope.allCases).subtracting([action.scope])))
        #expect(policies.decide(Question(without, action, resource)) == .deny(.scope))
        let with = table.principal(.admin, proof: .accessToken(id, [action.scope]))
        #expect(policies.decide(Question(with, action, resource)).isAllowed)
        let stranger = table.principal(nil, proof: .accessToken(id, Set(Scope.allCases)))
        #expect(
            policies.decide(Question(stranger, action, resource)).isAllowed
                == [.tokenManage, .sessionEnd, .deviceApprove, .profileJoin].contains(action))
    }

    @Test func aTeacherInOneCourseIsAStudentInAnother() {
        let (mine, theirs) = (Label("ml-2026")!, Label("db-2026")!)
        let person = Principal(
            user: .random(at: Timestamp(seconds: 1)), login: "p", name: "P", email: "", groups: [], isAdmin: false,
            roles: [mine: .teacher, theirs: .student], proof: .system)
        #expect(policies.decide(Question(person, .gradesExport, Resource(.round, "r", profile: mine))).isAllowed)
        #expect(
            policies.decide(Question(person, .gradesExport, Resource(.round, "r", profile: theirs))) == .deny(.role))
    }

    @Test func thePolicyThatAllowsIsNamed() {
        let resource = table.resource(of: .modelView, in: "own")
        #expect(
            policies.decide(Question(table.principal(.student), .modelView, resource))
                == .allow(policy: "student.own-models"))
    }

    @Test func modelWithoutAnOwnerIsNobodysOwn() {
        let resource = Resource.model(Label("digits")!, in: DecisionTable.course, owner: nil)
        #expect(policies.decide(Question(table.principal(.student), .modelView, resource)) == .deny(.role))
    }

    /// Roles are rights in a place: a policy about one course says nothing about another.
    @Test func aPolicyCanBeAboutOneCourse() throws {
        let local = try CedarAuthorizer(
            ShippedPolicies.with(
                """
                @id("help-with-grades")
                permit (principal in Role::"assistant", action == Action::"grades.export", resource in Profile::"ml-2026");
                """))
        let (here, there) = (Label("ml-2026")!, Label("db-2026")!)
        let person = Principal(
            user: .random(at: Timestamp(seconds: 1)), login: "p", name: "P", email: "", groups: [], isAdmin: false,
            roles: [here: .assistant, there: .assistant], proof: .system)
        #expect(
            local.decide(Question(person, .gradesExport, Resource(.round, "digits/1", profile: here)))
                == .allow(policy: "help-with-grades"))
        #expect(
            local.decide(Question(person, .gradesExport, Resource(.round, "digits/1", profile: there))) == .deny(.role))
    }

    @Test func aForbidStandsAboveEveryPermitAndSaysWhy() throws {
        let shipped = try ShippedPolicies.texts()
        let freeze = PolicyTexts.File(
            name: "freeze.cedar",
            text:
                #"@id("freeze") forbid (principal, action == Action::"model.submit", resource in Profile::"ml-2026");"#)
        let local = try CedarAuthorizer(PolicyTexts(schema: shipped.schema, policies: shipped.policies + [freeze]))
        let resource = table.resource(of: .modelSubmit, in: "own")
        #expect(local.decide(Question(table.principal(.admin), .modelSubmit, resource)) == .deny(.role))
        #expect(local.decide(Question(table.principal(nil), .modelSubmit, resource)) == .deny(.notAMember))
        #expect(local.decide(Question(table.principal(.admin), .modelView, resource)).isAllowed)
    }

    /// What the program asks about is what the schema declares; else a policy could be found good and fail when asked.
    @Test(arguments: Action.allCases)
    func everyQuestionIsInTheSchema(_ action: Action) throws {
        let kind = table.resource(of: action, in: "own").kind.rawValue
        let type = kind.prefix(1).uppercased() + kind.dropFirst()
        let review = PolicyReview(
            try ShippedPolicies.with(
                #"permit (principal is User, action == Action::"\#(action)", resource is \#(type));"#))
        #expect(review.problems == [])
    }

    @Test func policiesThatCannotBeEvaluatedAreReportedAndLeftOut() throws {
        let reports = Reports()
        let local = try CedarAuthorizer(
            ShippedPolicies.with(
                #"""
                @id("overflow") permit (principal, action == Action::"profile.view", resource)
                when { (if context has scopes then 1 else 9223372036854775807) + 1 > 0 };
                """#)
        ) { reports.add($0) }
        let question = Question(table.principal(.student), .profileView, .profile(DecisionTable.course))
        #expect(local.decide(question) == .deny(.role))
        let said = try #require(reports.all.first)
        #expect(said.contains("local.cedar:2:") && said.contains("overflow"), "\(said)")
        #expect(local.explain(question).skipped.map(\.id) == ["overflow"])
    }

    @Test func emptySetDeniesEverything() throws {
        let empty = try CedarAuthorizer(ShippedPolicies.with(""))
        #expect(empty.count == 0)
        #expect(empty.decide(Question(table.principal(.admin), .profileList, .platform)) == .deny(.role))
    }
}
