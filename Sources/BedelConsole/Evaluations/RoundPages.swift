internal import BedelDomain
internal import Hummingbird

/// A round while it runs, and what came out of it.
struct RoundPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .round(nil, nil, nil), .action(.roundView, on: .round), handler: round),
            Route(.get, .roundEvents(nil, nil, nil), .action(.roundView, on: .round), handler: events),
            Route(.post, .roundStop(nil, nil, nil), .action(.roundStop, on: .round), handler: stop),
            Route(.get, .leaderboard(nil, nil, nil), .action(.leaderboardView, on: .round), handler: leaderboard),
            Route(.get, .grades(nil, nil, nil), .action(.gradesExport, on: .round), handler: grades),
        ]
    }

    @Sendable private func round(_ visit: Visit) async throws -> Response {
        let round = try visit.round()
        let board = try await Leaderboard.read(round, desk, visit)
        let ahead = try await ahead(of: round)
        return try desk.page(
            RoundPage(
                try visit.profile(), try visit.assignment(), round, RoundView(round, board, ahead: ahead, visit),
                may: .init(
                    export: desk.may(visit, .gradesExport, round.resource),
                    stop: desk.may(visit, .roundStop, round.resource)), visit), visit)
    }

    @Sendable private func stop(_ visit: Visit) async throws -> Response {
        let round = try visit.round()
        try await desk.ports.evaluations.stopRound(round.id, by: visit.user(), in: visit.context)
        return desk.redirect(to: .round(round.profile, round.assignment, round.number), done: "round-stopped")
    }

    @Sendable private func events(_ visit: Visit) async throws -> Response {
        let id = try visit.round().id
        return EventFeed(signals: desk.ports.signals, heartbeat: desk.configuration.heartbeat).response(
            concerns: { $0 == .round(id) || $0 == .jobs },
            read: { _ in
                guard let round = try await desk.ports.evaluationStore.round(id) else {
                    throw SubjectFinder.nothingThere
                }
                let board = try await Leaderboard.read(round, desk, visit)
                let view = RoundView(round, board, ahead: try await ahead(of: round), visit)
                let fragment = try desk.fragment(view, "round-status", visit)
                return .init(events: [ServerEvent(name: "fragment", data: fragment)], isFinished: round.state.isOver)
            })
    }

    @Sendable private func leaderboard(_ visit: Visit) async throws -> Response {
        let round = try visit.round()
        try Self.requireFinished(round)
        let board = try await Leaderboard.read(round, desk, visit)
        return try desk.page(
            LeaderboardPage(
                try visit.profile(), try visit.assignment(), round, board,
                mayExport: desk.may(visit, .gradesExport, round.resource), visit), visit)
    }

    @Sendable private func grades(_ visit: Visit) async throws -> Response {
        let round = try visit.round()
        let csv = try await desk.ports.evaluations.grades(of: round.id, by: visit.user(), in: visit.context)
        return desk.download(
            csv, type: "text/csv; charset=utf-8",
            named: "grades-\(round.profile)-\(round.assignment)-round-\(round.number).csv")
    }

    /// Nobody sees a leaderboard that is still being made; those who run rounds have the round's own page.
    static func requireFinished(_ round: Round) throws(BedelError) {
        guard round.state != .finished else { return }
        throw BedelError(
            .conflict, "This round is not finished, so it has no leaderboard yet.", next: "Come back when it is.")
    }

    private func ahead(of round: Round) async throws -> Int? {
        guard round.state == .queued else { return nil }
        return try await desk.ports.jobs.pending().firstIndex { $0.work == .evaluate(round.id) }
    }
}
