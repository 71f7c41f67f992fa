/// Everything anybody can do. A route, a job or a command names one of these; nothing happens without.
package enum Action: String, Sendable, CaseIterable, Hashable, Codable, CustomStringConvertible {
    case profileList = "profile.list"
    case profileView = "profile.view"
    case profileCreate = "profile.create"
    case profileEdit = "profile.edit"
    /// Rename, suspend, archive, delete, restore.
    case profileGovern = "profile.govern"
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
        case .profileCreate, .profileEdit, .profileGovern, .quotaEdit, .memberList, .memberEdit, .tokenManage,
            .deviceApprove, .serviceAccountManage, .sessionEnd, .deploymentList, .auditView:
            .manage
        }
    }

    /// Whether it changes something or opens something private, and so leaves an audit row even when allowed.
    package var isPrivileged: Bool {
        switch self {
        case .profileCreate, .profileEdit, .profileGovern, .quotaEdit, .memberEdit, .modelSubmit, .modelRetire,
            .buildStop, .assignmentCreate, .roundStart, .roundStop, .gradesExport, .tokenManage, .deviceApprove,
            .serviceAccountManage, .sessionEnd:
            true
        default: false
        }
    }
}
