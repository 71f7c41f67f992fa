internal import BedelDomain
internal import Hummingbird

/// An admin looking at pages as somebody else sees them. What they look through changes who is asked about, never who they
/// are: nothing can be changed through it, each page that is seen is in the audit trail under the admin's own name, and
/// whoever was looked at is told.
struct ViewingGlass: Sendable {
    let ports: ConsolePorts
    /// Holds the viewing's identifier and nothing else: it is good only for who began it, and only for as long as it lasts.
    static let cookie = "bedel_viewing"

    /// The visit as the other person would make it, by a page or by what a page asks the API; unchanged without a viewing
    /// that holds, and where everybody is let in: signing out and going over to a service stay the admin's own affair.
    /// - Throws: `forbidden` for what would change something, also when the viewing is over and its page still stands in a
    ///   window: what was meant as the other person is not done as the admin.
    func look(_ visit: Visit, _ route: Route) async throws -> Visit {
        guard route.form != .git, route.address != .viewingEnd, isLookedThrough(route), let principal = visit.principal,
            case .session = principal.proof, visit.request.cookies[Self.cookie] != nil
        else { return visit }
        guard let viewing = try await viewing(visit), let user = try await ports.users.user(viewing.user) else {
            guard route.isSafe else { throw Self.isOver }
            var own = visit
            own.look = .over
            return own
        }
        guard route.isSafe else {
            throw BedelError(
                .forbidden, "You are looking at Bedel as \(user.name) sees it: nothing can be changed.",
                next: "Stop looking first, with the button at the top of the page.",
                arguments: ["name": user.name, "unit": "viewing", "advice": "viewing"])
        }
        try await ports.audit.append(
            AuditEvent(
                .personView, on: .platform, by: principal,
                facts: ["on-behalf-of": user.login, "path": String(visit.request.uri.path.prefix(200))],
                in: visit.context, at: visit.now))
        var seen = visit
        seen.principal = Principal(
            user: user, roles: try await ports.users.roles(of: user.id), proof: principal.proof,
            authentication: principal.authentication)
        seen.context = visit.context.viewed(by: .init(user: principal.user, login: principal.login))
        seen.look = .holds
        return seen
    }

    private func isLookedThrough(_ route: Route) -> Bool {
        if route.address == .home { return true }
        if case .everybody = route.access { return false }
        return true
    }

    private static let isOver = BedelError(
        .forbidden, "You are not looking at this as somebody else any more, so nothing was changed.",
        next: "Open the page again: it is shown to you as yourself.")

    /// The one that this browser is in the middle of.
    func viewing(_ visit: Visit) async throws -> Viewing? {
        guard let text = visit.request.cookies[Self.cookie]?.value, let id = Viewing.ID(text),
            let principal = visit.principal, case .session = principal.proof,
            let viewing = try await ports.viewings.viewing(id), viewing.viewer == principal.user,
            visit.now < viewing.endsAt,
            ports.authorizer.decide(Question(principal, .personView, .platform)).isAllowed
        else { return nil }
        return viewing
    }
}
