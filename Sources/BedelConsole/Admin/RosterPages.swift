internal import BedelDomain
internal import Hummingbird

/// Whole classes at once, people who are expected, and people who are kept out for a while.
struct RosterPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.post, .roster(nil), .action(.memberEdit, on: .profile), handler: tryOut),
            Route(.post, .rosterApplication(nil), .action(.memberEdit, on: .profile), handler: apply),
            Route(.post, .invitationWithdrawal(nil), .action(.memberEdit, on: .profile), handler: withdraw),
            Route(.post, .memberDisabling(nil, login: nil), .action(.memberEdit, on: .profile), handler: disable),
            Route(.post, .memberEnabling(nil, login: nil), .action(.memberEdit, on: .profile), handler: enable),
        ]
    }

    private var desks: ProfileDesk { ProfileDesk(ports: desk.ports) }

    /// Says what the list would do, and changes nothing. The file's bytes come back in the form that does it.
    @Sendable private func tryOut(_ visit: Visit) async throws -> Response {
        let reader = try visit.multipart()
        let (_, hasFile) = try await reader.fieldsBeforeFile()
        guard hasFile else {
            throw BedelError(.invalidRequest, "No file came with the form.", next: "Choose the list and send it again.")
        }
        var bytes: [UInt8] = []
        for try await piece in reader.file {
            bytes += piece
            guard bytes.count <= 512 << 10 else {
                throw BedelError(.tooLarge, "The list has more than 512 KiB.", next: "Send it in parts.")
            }
        }
        let roster = try Roster(parsing: bytes)
        let plan = try await desk.ports.enrolment.plan(roster, in: visit.profile().id)
        return try desk.page(RosterPage(try visit.profile(), plan, text: roster.text, visit), visit)
    }

    @Sendable private func apply(_ visit: Visit) async throws -> Response {
        let text = try await visit.form().required("text")
        let plan = try await desks.enrol(Roster(parsing: Array(text.utf8)), visit)
        return try desk.page(RosterPage(try visit.profile(), plan, text: nil, visit), visit)
    }

    @Sendable private func withdraw(_ visit: Visit) async throws -> Response {
        try await desks.withdraw(visit.form().required("person"), visit)
        return desk.redirect(to: .members(try visit.profile().name), done: "member-removed")
    }

    @Sendable private func disable(_ visit: Visit) async throws -> Response {
        try await desks.set(disabled: true, login: login(visit), visit)
        return desk.redirect(to: .members(try visit.profile().name), done: "member-disabled")
    }

    @Sendable private func enable(_ visit: Visit) async throws -> Response {
        try await desks.set(disabled: false, login: login(visit), visit)
        return desk.redirect(to: .members(try visit.profile().name), done: "member-set")
    }

    private func login(_ visit: Visit) -> String {
        QueryText.decode((visit.parameters.get("login") ?? "")[...], plusIsSpace: false) ?? ""
    }
}

/// What a class list would do, or did, line by line.
struct RosterPage: Page {
    static let template = "roster"
    let title: String
    let lead: String
    let rows: [Row]
    /// Nil when it is done.
    let text: String?
    let applyAction: String
    let membersLink: String
    var trail: [Crumb]

    struct Row: Hashable, Sendable {
        let line: Int
        let person: String
        let role: String
        let effect: String
        let isProblem: Bool
    }

    init(_ profile: Profile, _ plan: RosterPlan, text: String?, _ visit: Visit) {
        let words = visit.words
        title = text == nil ? words("roster.done") : words("roster.dry-run")
        let fit = words.count("roster.fit", plan.outcomes.count - plan.problemCount)
        lead = plan.problemCount == 0 ? fit : "\(fit) \(words.count("roster.left-out", plan.problemCount))"
        let all = plan.outcomes.map { Self.row($0, words) }
        // What is left out must not be lost among hundreds of lines.
        rows = all.filter(\.isProblem) + all.filter { !$0.isProblem }
        self.text = text
        applyAction = Address.rosterApplication(profile.name).path
        membersLink = Address.members(profile.name).path
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
            Crumb(title: words("members.title"), link: Address.members(profile.name).path),
        ]
    }

    private static func row(_ outcome: RosterPlan.Outcome, _ words: Words) -> Row {
        let effect =
            switch outcome.effect {
            case .problem(let problem): words("roster.problem.\(problem.word)", problem.arguments)
            case .changed(let role): words("roster.effect.changed", ["role": words("role.\(role.rawValue)")])
            case .added, .unchanged, .invited: words("roster.effect.\(outcome.effect.word)")
            }
        return Row(
            line: outcome.line, person: outcome.person.isEmpty ? "–" : outcome.person,
            role: outcome.role.map { words("role.\($0.rawValue)") } ?? "", effect: effect,
            isProblem: outcome.effect.word == "problem")
    }
}
