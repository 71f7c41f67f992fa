internal import BedelDomain
internal import Hummingbird

/// Beginning to look at pages as somebody else sees them, and stopping.
struct ViewingPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.post, .admin(.userViewing(nil)), .action(.personView, on: .platform), handler: begin),
            Route(.post, .viewingEnd, .action(.personView, on: .platform), handler: end),
        ]
    }

    @Sendable private func begin(_ visit: Visit) async throws -> Response {
        let principal = try visit.user()
        guard let id = visit.parameters.get("user").flatMap(User.ID.init),
            let user = try await desk.ports.users.user(id)
        else { throw SubjectFinder.nothingThere }
        guard user.id != principal.user else {
            throw BedelError(.invalidRequest, "These are your own pages.", next: "Choose somebody else.")
        }
        let viewing = Viewing(
            id: .random(at: visit.now), user: user.id, viewer: principal.user, viewerLogin: principal.login,
            beganAt: visit.now, endsAt: visit.now + Viewing.lifetime)
        try await desk.ports.viewings.begin(viewing, audit: event("began", of: user.login, visit))
        var response = desk.redirect(to: .home)
        // It stays longer than the viewing does, to keep a page that is still open from being taken for the admin's own.
        desk.setCookie(
            ViewingGlass.cookie, viewing.id.rawValue, lifetime: Viewing.lifetime + .seconds(3600), on: &response)
        return response
    }

    @Sendable private func end(_ visit: Visit) async throws -> Response {
        if let viewing = try await ViewingGlass(ports: desk.ports).viewing(visit) {
            let login = try await desk.ports.users.user(viewing.user)?.login ?? ""
            try await desk.ports.viewings.end(viewing.id, at: visit.now, audit: event("ended", of: login, visit))
        }
        var response = desk.redirect(to: .admin(.users))
        desk.setCookie(ViewingGlass.cookie, "", lifetime: .zero, on: &response)
        return response
    }

    private func event(_ change: String, of login: String, _ visit: Visit) -> AuditEvent {
        AuditEvent(
            .personView, on: .platform, by: visit.principal, facts: ["change": change, "on-behalf-of": login],
            in: visit.context, at: visit.now)
    }
}
