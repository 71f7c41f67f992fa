internal import BedelDomain

struct AssignmentPage: Page {
    static let template = "assignment"
    let title: String
    let paragraphs: [String]
    let deadline: Moment?
    let isOver: Bool
    let facts: [VersionPage.Fact]
    let columns: String
    let modelCount: String
    let startAction: String?
    let handInLink: String?
    let hasRounds: Bool
    let rounds: [RoundRow]
    var trail: [Crumb]

    struct Powers: Sendable {
        let start: Bool
        let watch: Bool
        let export: Bool
        let submit: Bool
    }

    struct RoundRow: Hashable, Sendable {
        let name: String
        let badge: Badge
        let created: Moment
        let watchLink: String?
        let leaderboardLink: String?
        let gradesLink: String?
    }

    init(_ profile: Profile, _ assignment: Assignment, rounds: [Round], modelCount: Int, may: Powers, _ visit: Visit) {
        let words = visit.words
        title = assignment.title
        paragraphs = assignment.description.split(separator: "\n").map { String($0) }
        deadline = assignment.deadline.map(visit.moment)
        isOver = assignment.deadline.map { $0 < visit.now } ?? false
        facts = Self.facts(assignment, words)
        columns = assignment.features.joined(separator: ", ")
        self.modelCount = words.count("home.models", modelCount)
        startAction = may.start ? Address.rounds(assignment.profile, assignment.name).path : nil
        handInLink =
            may.submit && !isOver
            ? Address.handIn(assignment.profile).with(["assignment": assignment.name.rawValue]) : nil
        self.rounds = rounds.map { Self.row($0, may, visit) }
        hasRounds = !rounds.isEmpty
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }

    private static func facts(_ assignment: Assignment, _ words: Words) -> [VersionPage.Fact] {
        let limits = assignment.envelope
        return [
            .init(name: words("assignment.name"), value: assignment.name.rawValue, isCode: true),
            .init(
                name: words("assignment.metric"), value: words("metric.\(assignment.metric.rawValue)"), isCode: false),
            .init(name: words("assignment.rows"), value: String(assignment.rowCount), isCode: false),
            .init(name: words("assignment.label"), value: assignment.labelColumn, isCode: true),
            .init(
                name: words("assignment.envelope"), value: words("assignment.limits", values(of: limits, words)),
                isCode: false),
        ]
    }

    private static func values(of limits: Envelope, _ words: Words) -> [String: String] {
        [
            "cpu": words.decimal(Double(limits.cpuMillicores) / 1000, digits: 1), "memory": String(limits.memory >> 20),
            "processes": String(limits.processes), "seconds": String(limits.callSeconds),
        ]
    }

    private static func row(_ round: Round, _ may: Powers, _ visit: Visit) -> RoundRow {
        let isFinished = round.state == .finished
        return RoundRow(
            name: visit.words("round.name", ["number": "\(round.number)"]), badge: Badge(round.state, visit.words),
            created: visit.moment(round.createdAt),
            watchLink: may.watch ? Address.round(round.profile, round.assignment, round.number).path : nil,
            leaderboardLink: isFinished
                ? Address.leaderboard(round.profile, round.assignment, round.number).path : nil,
            gradesLink: isFinished && may.export
                ? Address.grades(round.profile, round.assignment, round.number).path : nil)
    }
}
