internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// Assignments and rounds for programs.
struct EvaluationAPI: Sendable {
    let desk: Desk

    var routes: [Route] { assignmentRoutes + roundRoutes }

    private var assignmentRoutes: [Route] {
        [
            .api(
                .get, .assignments(nil), .action(.profileView, on: .profile),
                .init(
                    id: "listAssignments", summary: "The assignments of a profile that the caller may see",
                    answer: .json(AssignmentRepresentation.list)), handler: assignments),
            .api(
                .post, .assignments(nil), .action(.assignmentCreate, on: .profile),
                .init(
                    id: "createAssignment",
                    summary:
                        "A new assignment: the fields name, title, description, metric, deadline, then the hidden CSV",
                    request: .media(["multipart/form-data"]), answer: .json(AssignmentRepresentation.schema),
                    status: 201), handler: create),
            .api(
                .get, .assignment(nil, nil), .action(.assignmentView, on: .assignment),
                .init(
                    id: "getAssignment", summary: "An assignment, without its hidden rows",
                    answer: .json(AssignmentRepresentation.schema)), handler: assignment),
            .api(
                .get, .rounds(nil, nil), .action(.roundView, on: .assignment),
                .init(
                    id: "listRounds", summary: "The rounds of an assignment, newest first",
                    answer: .json(RoundSummaryRepresentation.list)), handler: rounds),
            .api(
                .post, .rounds(nil, nil), .action(.roundStart, on: .assignment),
                .init(
                    id: "startRound", summary: "Freeze what is handed in and evaluate all of it",
                    answer: .json(RoundRepresentation.schema), status: 201), handler: start),
        ]
    }

    private var roundRoutes: [Route] {
        [
            .api(
                .get, .round(nil, nil, nil), .action(.roundView, on: .round),
                .init(
                    id: "getRound", summary: "A round with its entries as they stand",
                    answer: .json(RoundRepresentation.schema)), handler: round),
            .api(
                .get, .roundEvents(nil, nil, nil), .action(.roundView, on: .round),
                .init(
                    id: "watchRound", summary: "The round as server-sent events named `round`, then one named `end`",
                    answer: .media(["text/event-stream"])), handler: events),
            .api(
                .post, .roundStop(nil, nil, nil), .action(.roundStop, on: .round),
                .init(
                    id: "stopRound", summary: "End a round that waits or runs; it gives no ranks and no grades",
                    answer: .json(RoundRepresentation.schema)), handler: stop),
            .api(
                .get, .leaderboard(nil, nil, nil), .action(.leaderboardView, on: .round),
                .init(
                    id: "getLeaderboard", summary: "The entries of a finished round by rank",
                    answer: .json(RoundRepresentation.schema)), handler: leaderboard),
            .api(
                .get, .grades(nil, nil, nil), .action(.gradesExport, on: .round),
                .init(
                    id: "getGrades", summary: "The grades of a finished round, for a gradebook",
                    answer: .media(["text/csv"])), handler: grades),
        ]
    }

    private var base: String { desk.configuration.baseURL }

    @Sendable private func assignments(_ visit: Visit) async throws -> Response {
        let assignments = try await desk.ports.evaluationStore.assignments(in: visit.profile().name)
            .filter { desk.may(visit, .assignmentView, $0.resource) }
        return try JSONAnswer.response(assignments.map { AssignmentRepresentation($0, base: base) })
    }

    @Sendable private func assignment(_ visit: Visit) async throws -> Response {
        try JSONAnswer.response(AssignmentRepresentation(visit.assignment(), base: base))
    }

    @Sendable private func rounds(_ visit: Visit) async throws -> Response {
        let assignment = try visit.assignment()
        let rounds = try await desk.ports.evaluationStore.rounds(of: assignment.name, in: assignment.profile)
        return try JSONAnswer.response(rounds.map { RoundSummaryRepresentation($0, base: base) })
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let draft = try await AssignmentForm(limit: desk.configuration.datasetLimit).draft(from: visit.multipart())
        let assignment = try await desk.ports.evaluations.createAssignment(
            draft, in: visit.profile().name, by: visit.user(), in: visit.context)
        return try JSONAnswer.response(AssignmentRepresentation(assignment, base: base), status: .created)
    }

    @Sendable private func start(_ visit: Visit) async throws -> Response {
        let assignment = try visit.assignment()
        let round = try await desk.ports.evaluations.startRound(
            of: assignment.name, in: assignment.profile, by: visit.user(), in: visit.context)
        let represented = try await represent(round, visit)
        var response = try JSONAnswer.response(represented, status: .created)
        response.headers[.location] = represented.links["self"]
        return response
    }

    @Sendable private func round(_ visit: Visit) async throws -> Response {
        try JSONAnswer.response(await represent(visit.round(), visit))
    }

    @Sendable private func stop(_ visit: Visit) async throws -> Response {
        let id = try visit.round().id
        try await desk.ports.evaluations.stopRound(id, by: visit.user(), in: visit.context)
        guard let round = try await desk.ports.evaluationStore.round(id) else { throw SubjectFinder.nothingThere }
        return try JSONAnswer.response(await represent(round, visit))
    }

    @Sendable private func events(_ visit: Visit) async throws -> Response {
        let id = try visit.round().id
        return EventFeed(signals: desk.ports.signals, heartbeat: desk.configuration.heartbeat).response(
            concerns: { $0 == .round(id) },
            read: { _ in
                guard let round = try await desk.ports.evaluationStore.round(id) else {
                    throw SubjectFinder.nothingThere
                }
                let data = String(decoding: try JSONAnswer.encode(await represent(round, visit)), as: UTF8.self)
                return .init(events: [ServerEvent(name: "round", data: data)], isFinished: round.state.isOver)
            })
    }

    @Sendable private func leaderboard(_ visit: Visit) async throws -> Response {
        try RoundPages.requireFinished(visit.round())
        return try JSONAnswer.response(await represent(visit.round(), visit))
    }

    @Sendable private func grades(_ visit: Visit) async throws -> Response {
        let csv = try await desk.ports.evaluations.grades(of: visit.round().id, by: visit.user(), in: visit.context)
        return desk.text(csv, type: "text/csv; charset=utf-8")
    }

    private func represent(_ round: Round, _ visit: Visit) async throws -> RoundRepresentation {
        RoundRepresentation(round, try await Leaderboard.read(round, desk, visit), base: base)
    }
}
