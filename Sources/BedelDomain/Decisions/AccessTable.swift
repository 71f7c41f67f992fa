/// What one person may do in one profile, and why: every action that is about a profile or something in it.
package struct AccessTable: Sendable {
    package struct Line: Sendable {
        package let action: Action
        /// On what is theirs; the same as ``onOthers`` where nothing belongs to anybody.
        package let onOwn: Decision
        package let onOthers: Decision
    }

    package let lines: [Line]

    package init(_ person: Principal, in profile: Profile, _ authorizer: any Authorizer) {
        // Nobody's: whoever it is, it is not theirs.
        let other = User.ID.random(at: Timestamp(seconds: 0))
        lines = Action.allCases.compactMap { action in
            guard let own = Self.resource(of: action, in: profile, owner: person.user),
                let others = Self.resource(of: action, in: profile, owner: other)
            else { return nil }
            return Line(
                action: action, onOwn: authorizer.decide(Question(person, action, own)),
                onOthers: authorizer.decide(Question(person, action, others)))
        }
    }

    /// Nil for what is about the platform, or about oneself.
    private static func resource(of action: Action, in profile: Profile, owner: User.ID) -> Resource? {
        kind(of: action).map { kind in
            switch kind {
            case .profile: profile.resource
            case .model: Resource(kind, "any", profile: profile.name, owner: owner, state: profile.state)
            case .round: Resource(kind, "any/1", profile: profile.name, state: profile.state)
            default: Resource(kind, "any", profile: profile.name, state: profile.state)
            }
        }
    }

    private static func kind(of action: Action) -> Resource.Kind? {
        switch action {
        case .modelView, .modelLogs, .modelSubmit, .modelFetch, .modelRetire, .buildStop, .modelPredict: .model
        case .assignmentView, .assignmentCreate, .roundStart: .assignment
        case .roundView, .roundStop, .leaderboardView, .gradesExport: .round
        case .serviceOpen: .service
        case .profileView, .profileEdit, .profileSettings, .profileGovern, .profileExport, .quotaEdit, .memberList,
            .memberEdit, .modelList, .serviceAccountManage, .deploymentList, .auditView:
            .profile
        case .profileList, .profileCreate, .profileJoin, .tokenManage, .deviceApprove, .sessionEnd, .personView: nil
        }
    }
}
