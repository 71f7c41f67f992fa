internal import BedelDomain

/// Who reached what in one finished round.
struct LeaderboardPage: Page {
    static let template = "leaderboard"
    let title: String
    let assignmentTitle: String
    let roundName: String
    let finished: Moment?
    let metric: String
    let summary: String
    let rows: [BoardRow]
    let gradesLink: String?
    let manifestDigest: String
    var trail: [Crumb]

    init(
        _ profile: Profile, _ assignment: Assignment, _ round: Round, _ board: Leaderboard, mayExport: Bool,
        _ visit: Visit
    ) {
        let words = visit.words
        title = words("leaderboard.title")
        assignmentTitle = assignment.title
        roundName = words("round.name", ["number": "\(round.number)"])
        finished = round.finishedAt.map(visit.moment)
        metric = words("metric.\(board.metric.rawValue)")
        summary = words.count("home.models", board.rows.count)
        rows = board.rows.map { BoardRow($0, board.metric, profile: round.profile, visit) }
        gradesLink = mayExport ? Address.grades(round.profile, round.assignment, round.number).path : nil
        manifestDigest = round.manifestDigest.hex
        trail = RoundPage.trail(profile, assignment, visit)
    }
}

/// One line of a board.
struct BoardRow: Hashable, Sendable {
    let rank: String
    let isFirst: Bool
    let isMine: Bool
    let student: String
    let login: String
    let model: String
    let version: String
    let state: Badge
    let isScored: Bool
    let accuracy: String
    let macroF1: String
    /// `0.87 → 0.96`; nil when the model was not in the round before, or has no score now.
    let change: Change?
    let time: String
    let trouble: Trouble?

    struct Change: Hashable, Sendable {
        let text: String
        /// `up`, `down` or `same`.
        let direction: String
        /// For those who cannot see the arrow.
        let meaning: String
    }

    init(_ row: Leaderboard.Row, _ metric: Metric, profile: Label, _ visit: Visit) {
        let words = visit.words
        let entry = row.entry
        let scores = entry.scores
        rank = entry.rank.map(String.init) ?? "–"
        isFirst = entry.rank == 1
        isMine = entry.owner == visit.principal?.user
        student = entry.ownerName.isEmpty ? entry.ownerLogin : entry.ownerName
        login = entry.ownerLogin
        model = entry.model.rawValue
        version = "v\(entry.number)"
        isScored = scores != nil
        accuracy = scores.map { words.decimal($0.accuracy, digits: 3) } ?? "–"
        macroF1 = scores.map { words.decimal($0.macroF1, digits: 3) } ?? "–"
        change = scores.flatMap { now in row.previous.map { Self.change(from: $0, to: now[metric], words) } }
        time = scores?.medianMilliseconds.map { "\(words.decimal($0, digits: 1)) ms" } ?? "–"
        if case .fault(let fault) = entry.verdict {
            trouble = Trouble(fault, words)
            state = Badge(words("verdict.fault.\(fault.blame.rawValue)"), fault.blame == .model ? .bad : .neutral)
        } else {
            trouble = nil
            state = scores != nil ? Badge(words("verdict.scored"), .good) : Self.badge(entry.state, words)
        }
    }

    private static func badge(_ state: RoundEntry.State, _ words: Words) -> Badge {
        Badge(words("state.entry.\(state.rawValue)"), state == .running ? .busy : .neutral)
    }

    private static func change(from before: Double, to now: Double, _ words: Words) -> Change {
        let (old, new) = (words.decimal(before, digits: 2), words.decimal(now, digits: 2))
        // Compared as shown, so that an arrow never points where the figures do not.
        let direction = old == new ? "same" : now > before ? "up" : "down"
        return Change(text: "\(old) → \(new)", direction: direction, meaning: words("change.\(direction)"))
    }
}
