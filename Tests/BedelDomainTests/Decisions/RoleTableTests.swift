import BedelDomain
import FoundationEssentials
import Testing

@Suite("Who may do what")
struct RoleTableTests {
    /// The package's root, seen from this file.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private let policies: RoleTable
    private let table: DecisionTable

    init() throws {
        policies = try RoleTable(parsing: Self.text(of: "policies/roles.table"))
        table = DecisionTable(policies)
    }

    /// Every role × action × (mine, another's, another course's, the platform's). An action that is new to ``Action`` has
    /// no line in the golden file and fails here until somebody has decided about it.
    ///
    /// To take over a change that was meant: run once with `BEDEL_WRITE_GOLDEN=1`, and read the difference.
    @Test func decisionsAreTheReviewedOnes() throws {
        let path = "policies/tests/decisions.golden"
        if ProcessInfo.processInfo.environment["BEDEL_WRITE_GOLDEN"] == "1" {
            try Data(table.text.utf8).write(to: Self.root.appending(path: path))
        }
        let actual = table.text.split(separator: "\n")
        let golden = try Self.text(of: path).split(separator: "\n")
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
            let isOwnToken = action == .tokenManage && column == "own"
            #expect(policies.decide(Question(table.principal(nil), action, resource)).isAllowed == isOwnToken)
        }
    }

    @Test(arguments: Action.allCases)
    func nobodyButTheAdminReachesAnotherCourse(_ action: Action) {
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
        #expect(policies.decide(Question(stranger, action, resource)).isAllowed == (action == .tokenManage))
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

    @Test func theRuleThatAllowsIsNamed() {
        let resource = table.resource(of: .modelView, in: "own")
        #expect(
            policies.decide(Question(table.principal(.student), .modelView, resource))
                == .allow(policy: "student model.view"))
    }

    @Test func modelWithoutAnOwnerIsNobodysOwn() {
        let resource = Resource.model(Label("digits")!, in: DecisionTable.course, owner: nil)
        #expect(policies.decide(Question(table.principal(.student), .modelView, resource)) == .deny(.role))
    }

    @Test(arguments: [
        ("student", "line 1"), ("student model.view own always", "line 1"), ("boss model.view", "“boss” is no role"),
        ("\n# c\nstudent model.eat", "line 3: “model.eat” is no action"), ("student model.view mine", "found “mine”"),
        ("student model.view\nstudent model.view own", "line 2: “student model.view” stands here a second time"),
        ("Student model.view", "“Student” is no role"),
    ])
    func mistakesInTheTableAreNamedByLine(_ text: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try RoleTable(parsing: text) }
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test func commentsBlanksAndTabsAreTaken() throws {
        let table = try RoleTable(parsing: "\n  # nothing\n\tstudent\tprofile.view   # why\r\n\r\n")
        let resource = Resource.profile(DecisionTable.course)
        let student = DecisionTable(table).principal(.student)
        #expect(table.decide(Question(student, .profileView, resource)).isAllowed)
        #expect(table.decide(Question(student, .modelList, resource)) == .deny(.role))
    }

    @Test func emptyTableDeniesEverything() throws {
        let table = try RoleTable(parsing: "")
        #expect(table.decide(Question(DecisionTable(table).principal(.admin), .profileList, .platform)) == .deny(.role))
    }
}
