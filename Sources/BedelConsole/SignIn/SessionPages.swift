internal import BedelDomain
internal import Hummingbird

/// Where somebody is signed in, and signing out there.
struct SessionPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .sessions, .action(.sessionEnd, on: .ownSessions), handler: list),
            Route(.post, .sessionEnd(nil), .action(.sessionEnd, on: .ownSessions), handler: end),
            Route(.post, .allSessionsEnd, .action(.sessionEnd, on: .ownSessions), handler: endAll),
            Route(.post, .admin(.userSignOut(nil)), .action(.sessionEnd, on: .platform), handler: endOfUser),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let user = try visit.user()
        let sessions = try await desk.ports.signIn.sessions(of: user.user)
        let viewings = try await desk.ports.viewings.viewings(of: user.user)
        return try desk.page(
            SessionsPage(sessions, viewings: viewings, base: desk.configuration.baseHost, visit), visit)
    }

    @Sendable private func end(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("session").flatMap(Session.ID.init) else {
            throw SubjectFinder.nothingThere
        }
        let user = try visit.user()
        try await desk.ports.signIn.end(id, of: user.user, by: user, in: visit.context)
        return desk.redirect(to: .sessions, done: "session-ended")
    }

    @Sendable private func endAll(_ visit: Visit) async throws -> Response {
        let user = try visit.user()
        try await desk.ports.signIn.endAll(of: user.user, by: user, in: visit.context)
        var response = desk.redirect(to: .home, done: "signed-out-everywhere")
        desk.setCookie(CookieName.session(secure: desk.configuration.isSecure), "", lifetime: .zero, on: &response)
        return response
    }

    @Sendable private func endOfUser(_ visit: Visit) async throws -> Response {
        guard let id = visit.parameters.get("user").flatMap(User.ID.init),
            try await desk.ports.users.user(id) != nil
        else { throw SubjectFinder.nothingThere }
        try await desk.ports.signIn.endAll(of: id, by: visit.user(), in: visit.context)
        return desk.redirect(to: .admin(.users), done: "user-signed-out")
    }
}

struct SessionsPage: Page {
    static let template = "sessions"
    let title: String
    let sessions: [Row]
    let endAllAction: String
    let hasViewings: Bool
    let viewings: [Seen]
    var section: Section { .sessions }

    /// One signing-in, with everything that was opened from it.
    struct Row: Hashable, Sendable {
        let began: Moment
        let ends: Moment
        let address: String
        let hosts: String
        let isThisOne: Bool
        let endAction: String
    }

    /// An admin saw one's pages.
    struct Seen: Hashable, Sendable {
        let by: String
        let began: Moment
        let ended: Moment
    }

    init(_ sessions: [Session], viewings: [Viewing], base: String, _ visit: Visit) {
        hasViewings = !viewings.isEmpty
        self.viewings = viewings.map {
            Seen(by: $0.viewerLogin, began: visit.moment($0.beganAt), ended: visit.moment($0.endsAt))
        }
        title = visit.words("sessions.title")
        endAllAction = Address.allSessionsEnd.path
        let current: Session.ID? =
            if case .session(let id)? = visit.principal?.proof { id } else { nil }
        // Sessions of other hosts were opened from the one at the base, whose provider session they share.
        let signIns = Dictionary(grouping: sessions) { $0.providerSession ?? $0.id.rawValue }
        self.sessions = signIns.values.compactMap { members in
            members.first { $0.host == base }.map { ($0, members) } ?? members.last.map { ($0, members) }
        }.sorted { $0.0.createdAt > $1.0.createdAt }.map { first, members in
            Row(
                began: visit.moment(first.createdAt), ends: visit.moment(first.expiresAt),
                address: first.remoteAddress ?? "–", hosts: Set(members.map(\.host)).sorted().joined(separator: ", "),
                isThisOne: members.contains { $0.id == current }, endAction: Address.sessionEnd(first.id).path)
        }
    }
}
