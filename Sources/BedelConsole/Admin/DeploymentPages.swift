internal import BedelDomain
internal import Hummingbird

/// Everything that runs or waits to, and everybody there is.
struct DeploymentPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .admin(.instances), .action(.deploymentList, on: .platform), handler: instances),
            Route(.get, .admin(.jobs), .action(.deploymentList, on: .platform), handler: jobs),
            Route(.get, .admin(.users), .action(.memberList, on: .platform), handler: users),
        ]
    }

    @Sendable private func instances(_ visit: Visit) async throws -> Response {
        try desk.page(
            InstancesPage(await desk.ports.instances.instances(), desk.ports.capabilities, visit), visit)
    }

    @Sendable private func jobs(_ visit: Visit) async throws -> Response {
        var rows: [(job: Job, subject: JobsPage.Subject?)] = []
        for job in try await desk.ports.jobs.pending() { rows.append((job, try await subject(of: job))) }
        return try desk.page(JobsPage(rows, visit), visit)
    }

    private func subject(of job: Job) async throws -> JobsPage.Subject? {
        switch job.work {
        case .build(let id):
            guard let version = try await desk.ports.models.version(id) else { return nil }
            return .init(
                name: "\(version.profile)/\(version.modelName) v\(version.number)",
                link: Address.version(version.profile, version.modelName, version.number).path)
        case .evaluate(let id):
            guard let round = try await desk.ports.evaluationStore.round(id) else { return nil }
            return .init(
                name: "\(round.profile)/\(round.assignment) \(round.number)",
                link: Address.round(round.profile, round.assignment, round.number).path)
        }
    }

    @Sendable private func users(_ visit: Visit) async throws -> Response {
        try desk.page(UsersPage(try await desk.ports.users.users(), visit), visit)
    }
}

struct InstancesPage: Page {
    static let template = "admin-instances"
    let title: String
    let tabs: [AdminTab]
    let summary: String
    let hasInstances: Bool
    let instances: [Row]
    let runner: String
    let limits: [Limit]
    var section: Section { .admin }

    struct Row: Hashable, Sendable {
        let profile: String
        let model: String
        let link: String
        let number: Int
        let badge: Badge
        let since: Moment
        let restarts: Int
        let fault: String?
    }

    struct Limit: Hashable, Sendable {
        let name: String
        let badge: Badge
        let reason: String?
    }

    init(_ instances: [Instance], _ capabilities: RunnerCapabilities, _ visit: Visit) {
        let words = visit.words
        title = words("admin.instances")
        tabs = AdminTab.all(.instances, words)
        let ready = instances.count { $0.state == .ready }
        summary = words("admin.instances.summary", ["ready": "\(ready)", "total": "\(instances.count)"])
        self.instances = instances.sorted { ($0.profile, $0.model, $0.number) < ($1.profile, $1.model, $1.number) }.map
        {
            Row(
                profile: $0.profile.rawValue, model: $0.model.rawValue, link: Address.model($0.profile, $0.model).path,
                number: $0.number, badge: Badge($0.state, words), since: visit.moment($0.since), restarts: $0.restarts,
                fault: $0.fault.map { words.explain($0.error).what })
        }
        hasInstances = !instances.isEmpty
        runner = capabilities.description
        limits = RunnerCapabilities.Limit.allCases.map { limit in
            let isEnforced = capabilities.enforced.contains(limit)
            return Limit(
                name: words("limit.\(limit.rawValue)"),
                badge: Badge(words("limit.\(isEnforced ? "enforced" : "missing")"), isEnforced ? .good : .bad),
                reason: capabilities.missing[limit])
        }
    }
}

struct JobsPage: Page {
    static let template = "admin-jobs"
    let title: String
    let tabs: [AdminTab]
    let hasJobs: Bool
    let jobs: [Row]
    var section: Section { .admin }

    struct Subject: Hashable, Sendable {
        let name: String
        let link: String
    }

    struct Row: Hashable, Sendable {
        let position: Int
        let work: String
        let subject: String
        let link: String?
        let badge: Badge
        let attempt: String
        let created: Moment
    }

    init(_ jobs: [(job: Job, subject: Subject?)], _ visit: Visit) {
        let words = visit.words
        title = words("admin.jobs")
        tabs = AdminTab.all(.jobs, words)
        self.jobs = jobs.enumerated().map { index, row in
            let kind = if case .build = row.job.work { "build" } else { "evaluate" }
            return Row(
                position: index + 1, work: words("job.\(kind)"), subject: row.subject?.name ?? "–",
                link: row.subject?.link,
                badge: Badge(
                    words("state.job.\(row.job.state.rawValue)"), row.job.state == .running ? .busy : .neutral),
                attempt: "\(row.job.attempt)/\(row.job.maximumAttempts)", created: visit.moment(row.job.createdAt))
        }
        hasJobs = !jobs.isEmpty
    }
}

struct UsersPage: Page {
    static let template = "admin-users"
    let title: String
    let tabs: [AdminTab]
    let summary: String
    let users: [Row]
    var section: Section { .admin }

    struct Row: Hashable, Sendable {
        let name: String
        let login: String
        let email: String
        let groups: String
        let isAdmin: Bool
        let seen: Moment
        let signOutAction: String
        /// Nil for oneself.
        let viewAction: String?
    }

    init(_ users: [User], _ visit: Visit) {
        title = visit.words("admin.users")
        tabs = AdminTab.all(.users, visit.words)
        summary = visit.words.count("admin.users.summary", users.count)
        self.users = users.sorted { $0.login < $1.login }.map {
            Row(
                name: $0.name, login: $0.login, email: $0.email, groups: $0.groups.sorted().joined(separator: ", "),
                isAdmin: $0.isAdmin, seen: visit.moment($0.lastSeenAt),
                signOutAction: Address.admin(.userSignOut($0.id)).path,
                viewAction: $0.id == visit.principal?.user ? nil : Address.admin(.userViewing($0.id)).path)
        }
    }
}
