internal import BedelDomain
internal import Hummingbird

/// Class lists for programs.
struct RosterAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .post, .roster(nil), .action(.memberEdit, on: .profile),
                .init(
                    id: "enrol", summary: "A class list as CSV: says what it would do, and does it with `apply=true`",
                    query: ["apply": "`true` to do it; otherwise nothing is changed."],
                    request: .media(["text/csv"]), answer: .json(RosterOutcomeRepresentation.list)), handler: enrol)
        ]
    }

    @Sendable private func enrol(_ visit: Visit) async throws -> Response {
        let roster = try Roster(parsing: await visit.body(limit: 512 << 10))
        let plan =
            try visit.query()["apply"] == "true"
            ? try await ProfileDesk(ports: desk.ports).enrol(roster, visit)
            : try await desk.ports.enrolment.plan(roster, in: visit.profile().id)
        return try JSONAnswer.response(plan.outcomes.map(RosterOutcomeRepresentation.init))
    }
}

struct RosterOutcomeRepresentation: Represented {
    static let name = "RosterOutcome"
    static let members: [String: Schema] = [
        "line": .integer, "person": .string, "role": .optional(.string), "effect": .string,
        "problem": .optional(.string),
    ]
    let line: Int
    let person: String
    let role: String?
    /// `added`, `changed`, `unchanged`, `invited` or `problem`.
    let effect: String
    let problem: String?

    init(_ outcome: RosterPlan.Outcome) {
        line = outcome.line
        person = outcome.person
        role = outcome.role?.rawValue
        effect = outcome.effect.word
        problem = if case .problem(let problem) = outcome.effect { problem.description } else { nil }
    }
}
