import BedelDomain

/// Every decision of an authorizer in one text: a line for each role and action, a column for each kind of resource.
struct DecisionTable {
    static let columns = ["own", "other", "elsewhere", "platform", "suspended", "archived"]
    static let course = Label("ml-2026")!

    let authorizer: any Authorizer
    private let me = User.ID.random(at: Timestamp(seconds: 1))
    private let other = User.ID.random(at: Timestamp(seconds: 1))

    init(_ authorizer: any Authorizer) { self.authorizer = authorizer }

    /// A person with this role in ``course``, or (nil) with none anywhere.
    func principal(_ role: Role?, proof: Principal.Proof = .system) -> Principal {
        Principal(
            user: me, login: "me", name: "Me", email: "me@uni.example", groups: [], isAdmin: role == .admin,
            roles: role.flatMap { $0 == .admin ? nil : [Self.course: $0] } ?? [:], proof: proof)
    }

    /// What the action is done to, by column: mine, another's in my course, another's in another course, the platform, and
    /// mine when my course is not active.
    func resource(of action: Action, in column: String) -> Resource {
        guard let state = Profile.State(rawValue: column) else { return plain(action, column) }
        let own = plain(action, "own")
        return own.profile == nil ? own : own.whose(profileIs: state)
    }

    private func plain(_ action: Action, _ column: String) -> Resource {
        if column == "platform" || [.profileJoin, .personView].contains(action) { return .platform }
        let owner = column == "own" ? me : other
        let profile = column == "elsewhere" ? Label("other")! : Self.course
        switch action {
        case .sessionEnd: return Resource(.session, "s", owner: owner)
        case .tokenManage, .deviceApprove: return Resource(.token, "t", owner: owner)
        case .modelList, .profileList, .profileView, .profileCreate, .profileJoin, .profileEdit, .profileSettings,
            .profileGovern, .profileExport, .quotaEdit, .memberList, .memberEdit, .serviceAccountManage, .personView,
            .deploymentList, .auditView:
            return .profile(profile)
        case .modelView, .modelLogs, .modelSubmit, .modelFetch, .modelRetire, .buildStop, .modelPredict:
            return .model(Label("digits")!, in: profile, owner: owner)
        case .assignmentView, .assignmentCreate, .roundStart: return Resource(.assignment, "digits", profile: profile)
        case .roundView, .roundStop, .leaderboardView, .gradesExport:
            return Resource(.round, "digits/1", profile: profile)
        case .serviceOpen: return .service(Label("mlflow")!, in: profile)
        }
    }

    var text: String {
        var subjects: [(String, Principal?)] = Role.allCases.map { ($0.rawValue, principal($0)) }
        subjects += [("no-role", principal(nil)), ("anonymous", nil)]
        let lines = subjects.flatMap { name, principal in
            Action.allCases.map { action in
                let answers = Self.columns.map { column in
                    answer(authorizer.decide(Question(principal, action, resource(of: action, in: column))))
                }
                return Self.line([name, action.rawValue] + answers)
            }
        }
        return ([Self.line(["# role", "action"] + Self.columns)] + lines).joined(separator: "\n") + "\n"
    }

    private func answer(_ decision: Decision) -> String {
        switch decision {
        case .allow: "allow"
        case .deny, .signInAgain: "-\(decision.refusal ?? "")"
        }
    }

    private static func line(_ cells: [String]) -> String {
        let padded = zip(cells, [12, 20, 16, 16, 16, 16, 16]).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.utf8.count))
        }
        return padded.joined() + (cells.last ?? "")
    }
}
