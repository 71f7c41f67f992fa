internal import BedelDomain
internal import Hummingbird

/// Who can do what here, and why: every action, held against the policies in force.
struct AccessPages: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, .access(nil), .action(.memberList, on: .profile), handler: access)] }

    @Sendable private func access(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let members = try await desk.ports.profiles.members(of: profile.id)
        let login = try visit.query()["login"] ?? visit.user().login
        var chosen = members.first { $0.login == login }?.user
        if chosen == nil, login == (try visit.user().login) { chosen = try visit.user().user }
        guard let id = chosen ?? members.first?.user, let user = try await desk.ports.users.user(id) else {
            throw ProfileDesk.noMember(login)
        }
        // As if they had signed in just now, so that nothing but the policies decides.
        let person = Principal(
            user: user, roles: try await desk.ports.users.roles(of: user.id), proof: .session(.random(at: visit.now)))
        return try desk.page(
            AccessPage(profile, members, person, AccessTable(person, in: profile, desk.ports.authorizer), visit),
            visit)
    }
}

struct AccessPage: Page {
    static let template = "access"
    let title: String
    let action: String
    let person: String
    let role: String
    let people: [SettingsPage.Choice]
    let rows: [Row]
    var trail: [Crumb]

    struct Row: Hashable, Sendable {
        /// What it is, in words; and as policies and the audit trail call it.
        let meaning: String
        let action: String
        let own: Cell
        let others: Cell
    }

    struct Cell: Hashable, Sendable {
        let isAllowed: Bool
        let word: String
        /// The policy that allows, or why not.
        let because: String
    }

    init(_ profile: Profile, _ members: [Member], _ person: Principal, _ table: AccessTable, _ visit: Visit) {
        let words = visit.words
        title = words("access.title")
        action = Address.access(profile.name).path
        self.person = person.name
        role = person.roles(in: profile.name).map { words("role.\($0.rawValue)") }.sorted().joined(separator: ", ")
        let choices = members.map { member in
            SettingsPage.Choice(
                value: member.login, meaning: "\(member.name) (\(member.login))", isChosen: member.user == person.user)
        }
        // Whoever looks need not be a member; then they still are who is shown.
        let outsider =
            choices.contains(where: \.isChosen)
            ? []
            : [SettingsPage.Choice(value: person.login, meaning: "\(person.name) (\(person.login))", isChosen: true)]
        people = outsider + choices
        rows = table.lines.map {
            Row(
                meaning: words("action.\($0.action.rawValue)"), action: $0.action.rawValue,
                own: Self.cell($0.onOwn, words), others: Self.cell($0.onOthers, words))
        }
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
            Crumb(title: words("members.title"), link: Address.members(profile.name).path),
        ]
    }

    private static func cell(_ decision: Decision, _ words: Words) -> Cell {
        switch decision {
        case .allow(let policy): Cell(isAllowed: true, word: words("access.yes"), because: policy)
        case .deny(let reason):
            Cell(isAllowed: false, word: words("access.no"), because: words("access.reason.\(reason.rawValue)"))
        case .signInAgain:
            Cell(isAllowed: true, word: words("access.yes"), because: words("access.after-sign-in"))
        }
    }
}
