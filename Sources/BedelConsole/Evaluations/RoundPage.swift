internal import BedelDomain

/// A round as those who run it watch it.
struct RoundPage: Page {
    static let template = "round"
    let title: String
    let assignmentTitle: String
    let status: RoundView
    let events: String?
    let manifest: String
    let manifestDigest: String
    let leaderboardLink: String?
    let gradesLink: String?
    /// Nil when there is nothing to stop, or nobody here who may.
    let stopAction: String?
    var trail: [Crumb]

    struct Powers: Sendable {
        let export: Bool
        let stop: Bool
    }

    init(
        _ profile: Profile, _ assignment: Assignment, _ round: Round, _ status: RoundView, may: Powers,
        _ visit: Visit
    ) {
        let isFinished = round.state == .finished
        title = visit.words("round.name", ["number": "\(round.number)"])
        assignmentTitle = assignment.title
        self.status = status
        events = round.state.isOver ? nil : Address.roundEvents(round.profile, round.assignment, round.number).path
        manifest = round.manifest.text
        manifestDigest = round.manifestDigest.hex
        leaderboardLink = isFinished ? Address.leaderboard(round.profile, round.assignment, round.number).path : nil
        gradesLink =
            isFinished && may.export ? Address.grades(round.profile, round.assignment, round.number).path : nil
        stopAction =
            may.stop && !round.state.isOver
            ? Address.roundStop(round.profile, round.assignment, round.number).path : nil
        trail = Self.trail(profile, assignment, visit)
    }

    static func trail(_ profile: Profile, _ assignment: Assignment, _ visit: Visit) -> [Crumb] {
        [
            Crumb(title: visit.words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
            Crumb(title: assignment.title, link: Address.assignment(profile.name, assignment.name).path),
        ]
    }
}

/// The part of a round's page that moves; also sent alone on its event stream.
struct RoundView: Sendable {
    let badge: Badge
    let waiting: String?
    let done: Int
    let total: Int
    let progress: String
    let faults: String?
    let isHidden: Bool
    let started: Moment?
    let finished: Moment?
    let rows: [BoardRow]

    init(_ round: Round, _ board: Leaderboard, ahead: Int?, _ visit: Visit) {
        let words = visit.words
        badge = Badge(round.state, words)
        waiting = ahead.map { words.count("round.ahead", $0) }
        total = board.total
        done = board.done
        progress = words("round.progress", ["done": "\(done)", "total": "\(total)"])
        faults = board.faults == 0 || board.isHidden ? nil : words.count("round.faults", board.faults)
        isHidden = board.isHidden
        started = round.startedAt.map(visit.moment)
        finished = round.finishedAt.map(visit.moment)
        rows = board.rows.map { BoardRow($0, board.metric, profile: round.profile, visit) }
    }
}
