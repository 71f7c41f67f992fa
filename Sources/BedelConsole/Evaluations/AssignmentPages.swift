internal import BedelDomain
internal import Hummingbird

/// Tasks: what is set, what came of it, and setting a new one.
struct AssignmentPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .assignments(nil), .action(.profileView, on: .profile), handler: list),
            Route(.get, .newAssignment(nil), .action(.assignmentCreate, on: .profile), handler: form),
            Route(.post, .assignments(nil), .action(.assignmentCreate, on: .profile), handler: create),
            Route(.get, .assignment(nil, nil), .action(.assignmentView, on: .assignment), handler: assignment),
            Route(.post, .rounds(nil, nil), .action(.roundStart, on: .assignment), handler: start),
        ]
    }

    /// The course page lists them; the address is only for those who shorten one by hand.
    @Sendable private func list(_ visit: Visit) async throws -> Response {
        desk.redirect(to: .profile(try visit.profile().name))
    }

    @Sendable private func form(_ visit: Visit) async throws -> Response {
        try desk.page(NewAssignmentPage(try visit.profile(), visit), visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile().name
        let draft = try await AssignmentForm(limit: desk.configuration.datasetLimit).draft(from: visit.multipart())
        let assignment = try await desk.ports.evaluations.createAssignment(
            draft, in: profile, by: visit.user(), in: visit.context)
        return desk.redirect(to: .assignment(profile, assignment.name), done: "assignment-created")
    }

    @Sendable private func assignment(_ visit: Visit) async throws -> Response {
        let assignment = try visit.assignment()
        let rounds = try await desk.ports.evaluationStore.rounds(of: assignment.name, in: assignment.profile)
        let models = try await desk.ports.models.models(in: assignment.profile).filter {
            $0.assignment == assignment.name
        }
        let may = AssignmentPage.Powers(
            start: desk.may(visit, .roundStart, assignment.resource),
            watch: desk.may(visit, .roundView, assignment.resource),
            export: desk.may(visit, .gradesExport, assignment.resource),
            submit: desk.may(
                visit, .modelSubmit, .model(assignment.name, in: assignment.profile, owner: visit.principal?.user)))
        return try desk.page(
            AssignmentPage(try visit.profile(), assignment, rounds: rounds, modelCount: models.count, may: may, visit),
            visit)
    }

    @Sendable private func start(_ visit: Visit) async throws -> Response {
        let assignment = try visit.assignment()
        let round = try await desk.ports.evaluations.startRound(
            of: assignment.name, in: assignment.profile, by: visit.user(), in: visit.context)
        return desk.redirect(to: .round(assignment.profile, assignment.name, round.number), done: "round-started")
    }
}
