internal import BedelDomain
internal import Hummingbird

/// A course: what I have handed in, what is set, who is ahead.
struct CoursePages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [Route(.get, .profile(nil), .action(.profileView, on: .profile), handler: course)]
    }

    @Sendable private func course(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let models = try await visible(in: profile, visit)
        let versions = try await newest(of: models, in: profile)
        let assignments = try await assignments(in: profile)
        let may = CoursePage.Powers(
            submit: desk.may(visit, .modelSubmit, .model(profile.name, in: profile.name, owner: visit.principal?.user)),
            setTasks: desk.may(visit, .assignmentCreate, profile.resource),
            seeMembers: desk.may(visit, .memberList, profile.resource),
            edit: desk.may(visit, .profileSettings, profile.resource))
        let allowance = try await desk.ports.quotas.allowance(
            of: visit.user().user, in: profile.id, at: visit.now)
        return try desk.page(
            CoursePage(
                profile, models: models, versions: versions, assignments: assignments,
                allowance: allowance, may: may, visit), visit)
    }

    private func visible(in profile: Profile, _ visit: Visit) async throws -> [Model] {
        try await desk.ports.models.models(in: profile.name).filter { desk.may(visit, .modelView, $0.resource) }
    }

    private func newest(of models: [Model], in profile: Profile) async throws -> [Model.ID: Version] {
        let latest = try await desk.ports.models.latestVersions(in: profile.name, limit: 1000)
        var newest = Dictionary(latest.map { ($0.model, $0) }, uniquingKeysWith: { first, _ in first })
        for model in models where newest[model.id] == nil {
            newest[model.id] = try await desk.ports.models.versions(of: model.id).first
        }
        return newest
    }

    private func assignments(in profile: Profile) async throws -> [CoursePage.Task] {
        var tasks: [CoursePage.Task] = []
        for assignment in try await desk.ports.evaluationStore.assignments(in: profile.name) {
            let rounds = try await desk.ports.evaluationStore.rounds(of: assignment.name, in: profile.name)
            let finished = rounds.first { $0.state == .finished }
            let entries = try await finished.asyncMap { try await desk.ports.evaluationStore.entries(of: $0.id) }
            tasks.append(.init(assignment: assignment, rounds: rounds, lastFinished: finished, entries: entries ?? []))
        }
        return tasks
    }
}

extension Optional where Wrapped: Sendable {
    /// `map` for work that waits.
    func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        if let self { try await transform(self) } else { nil }
    }
}
