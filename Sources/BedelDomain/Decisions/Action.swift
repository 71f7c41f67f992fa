/// Everything anybody can do. A route, a job or a command names one of these; nothing happens without.
package enum Action: String, Sendable, CaseIterable, Hashable, Codable, CustomStringConvertible {
    case profileList = "profile.list"
    case profileView = "profile.view"
    case profileCreate = "profile.create"
    /// Become a member by an invitation link. Whoever has the link may: it was made by somebody who may let people in.
    case profileJoin = "profile.join"
    case profileEdit = "profile.edit"
    /// See its settings, quotas and who uses how much.
    case profileSettings = "profile.settings"
    /// Rename, suspend, archive, delete, restore.
    case profileGovern = "profile.govern"
    /// Take out everything that is in it, everybody's bundles and scores too.
    case profileExport = "profile.export"
    case quotaEdit = "quota.edit"
    case memberList = "member.list"
    case memberEdit = "member.edit"

    case modelList = "model.list"
    case modelView = "model.view"
    case modelLogs = "model.logs"
    case modelSubmit = "model.submit"
    case modelFetch = "model.fetch"
    case modelRetire = "model.retire"
    case buildStop = "build.stop"
    case modelPredict = "model.predict"

    case assignmentView = "assignment.view"
    case assignmentCreate = "assignment.create"
    case roundView = "round.view"
    case roundStart = "round.start"
    case roundStop = "round.stop"
    case leaderboardView = "leaderboard.view"
    case gradesExport = "grades.export"

    case tokenManage = "token.manage"
    /// Let a program on another machine act for oneself: `bedel login`.
    case deviceApprove = "device.approve"
    case serviceAccountManage = "service-account.manage"
    case sessionEnd = "session.end"
    /// See pages as another person sees them.
    case personView = "person.view"

    case serviceOpen = "service.open"
    case deploymentList = "deployment.list"
    case auditView = "audit.view"

    package var description: String { rawValue }

    /// The scope an access token must have for it.
    package var scope: Scope {
        switch self {
        case .profileList, .profileView, .modelList, .modelView, .modelLogs, .modelFetch, .assignmentView, .roundView,
            .leaderboardView:
            .read
        case .modelSubmit, .modelRetire, .buildStop: .submit
        case .modelPredict, .serviceOpen: .predict
        case .assignmentCreate, .roundStart, .roundStop, .gradesExport: .evaluate
        case .profileCreate, .profileJoin, .profileEdit, .profileSettings, .profileGovern, .profileExport,
            .quotaEdit, .memberList, .memberEdit, .tokenManage, .deviceApprove, .serviceAccountManage, .sessionEnd,
            .personView, .deploymentList, .auditView:
            .manage
        }
    }
}
