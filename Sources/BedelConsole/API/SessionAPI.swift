internal import BedelDomain
internal import Hummingbird

/// Where somebody is signed in, for programs: seeing it and ending it.
struct SessionAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .get, .sessions, .action(.sessionEnd, on: .ownSessions),
                .init(
                    id: "listSessions", summary: "Where the caller is signed in, newest first",
                    answer: .json(SessionRepresentation.list)), handler: list),
            .api(
                .delete, .sessions, .action(.sessionEnd, on: .ownSessions),
                .init(id: "endSessions", summary: "Sign the caller out everywhere", answer: .empty, status: 204),
                handler: endAll),
            .api(
                .delete, .session(nil), .action(.sessionEnd, on: .ownSessions),
                .init(
                    id: "endSession", summary: "End one of the caller's sessions and those handed over from it",
                    answer: .empty, status: 204), handler: end),
            .api(
                .delete, .sessionsOfUser(nil), .action(.sessionEnd, on: .platform),
                .init(id: "endSessionsOfUser", summary: "Sign somebody out everywhere", answer: .empty, status: 204),
                handler: endOfUser),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let user = try visit.user()
        let current: Session.ID? = if case .session(let id) = user.proof { id } else { nil }
        let sessions = try await desk.ports.signIn.sessions(of: user.user)
        return try JSONAnswer.response(sessions.map { SessionRepresentation($0, isCurrent: $0.id == current) })
    }

    @Sendable private func end(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("session").flatMap(Session.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        let user = try visit.user()
        try await desk.ports.signIn.end(id, of: user.user, by: user, in: visit.context)
        return Response(status: .noContent)
    }

    @Sendable private func endAll(_ visit: Visit) async throws -> Response {
        let user = try visit.user()
        try await desk.ports.signIn.endAll(of: user.user, by: user, in: visit.context)
        return Response(status: .noContent)
    }

    @Sendable private func endOfUser(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("user").flatMap(User.ID.init), try await desk.ports.users.user(id) != nil
        else { throw SubjectFinder.nothingThere }
        try await desk.ports.signIn.endAll(of: id, by: visit.user(), in: visit.context)
        return Response(status: .noContent)
    }
}
