internal import BedelDomain

struct CoursePage: Page {
    static let template = "course"
    let title: String
    let name: String
    let kind: String
    let handInLink: String?
    let newAssignmentLink: String?
    let membersLink: String?
    let settingsLink: String?
    /// What stopped, when the course is not active.
    let pause: String?
    let bars: [QuotaBar]
    let hasBars: Bool
    let hasOwn: Bool
    let own: [ModelRow]
    let hasOthers: Bool
    let others: [ModelRow]
    let othersCount: String
    let hasTasks: Bool
    let tasks: [TaskRow]
    var trail: [Crumb]

    struct Powers: Sendable {
        let submit: Bool
        let setTasks: Bool
        let seeMembers: Bool
        let edit: Bool
    }

    /// An assignment with what has become of it.
    struct Task: Sendable {
        let assignment: Assignment
        let rounds: [Round]
        let lastFinished: Round?
        let entries: [RoundEntry]
    }

    struct ModelRow: Hashable, Sendable {
        let name: String
        let link: String
        let owner: String
        let assignment: String
        let version: String
        let badge: Badge?
        let received: Moment?
        let score: String
        let rank: String
    }

    struct TaskRow: Hashable, Sendable {
        let title: String
        let link: String
        let metric: String
        let deadline: Moment?
        let isOver: Bool
        let roundLink: String?
        let roundName: String
    }

    init(
        _ profile: Profile, models: [Model], versions: [Model.ID: Version], assignments: [Task],
        allowance: Allowance?, may: Powers,
        _ visit: Visit
    ) {
        let words = visit.words
        title = profile.title
        name = profile.name.rawValue
        kind = words("kind.\(profile.kind.rawValue)")
        handInLink = may.submit && profile.state == .active ? Address.handIn(profile.name).path : nil
        newAssignmentLink = may.setTasks ? Address.newAssignment(profile.name).path : nil
        membersLink = may.seeMembers ? Address.members(profile.name).path : nil
        settingsLink = may.edit ? Address.settings(profile.name).path : nil
        pause = profile.state == .active ? nil : words("course.pause.\(profile.state.rawValue)")
        bars = allowance.map { QuotaBar.limited($0, words) } ?? []
        hasBars = !bars.isEmpty
        let rows = models.map { model in
            (model.owner == visit.principal?.user, Self.row(model, versions[model.id], assignments, visit))
        }
        own = rows.filter(\.0).map(\.1)
        others = rows.filter { !$0.0 }.map(\.1)
        hasOwn = !own.isEmpty
        hasOthers = !others.isEmpty
        othersCount = words.count("home.models", others.count)
        tasks = assignments.map { Self.row($0, visit) }
        hasTasks = !tasks.isEmpty
        trail = [Crumb(title: words("menu.courses"), link: Address.home.path)]
    }

    private static func row(_ model: Model, _ version: Version?, _ tasks: [Task], _ visit: Visit) -> ModelRow {
        let words = visit.words
        let task = tasks.first { $0.assignment.name == model.assignment }
        let entry = task?.entries.first { $0.model == model.name }
        let score = task.flatMap { task in entry?.scores.map { $0[task.assignment.metric] } }
        return ModelRow(
            name: model.name.rawValue, link: Address.model(model.profile, model.name).path, owner: model.ownerLogin,
            assignment: task?.assignment.title ?? model.assignment?.rawValue ?? words("model.practice"),
            version: version.map { "v\($0.number)" } ?? "–", badge: version.map { Badge($0.state, words) },
            received: version.map { visit.moment($0.receivedAt) },
            score: score.map { words.decimal($0, digits: 3) } ?? "–", rank: entry?.rank.map { "#\($0)" } ?? "")
    }

    private static func row(_ task: Task, _ visit: Visit) -> TaskRow {
        let assignment = task.assignment
        return TaskRow(
            title: assignment.title, link: Address.assignment(assignment.profile, assignment.name).path,
            metric: visit.words("metric.\(assignment.metric.rawValue)"),
            deadline: assignment.deadline.map(visit.moment),
            isOver: assignment.deadline.map { $0 < visit.now } ?? false,
            roundLink: task.lastFinished.map {
                Address.leaderboard(assignment.profile, assignment.name, $0.number).path
            },
            roundName: task.lastFinished.map { visit.words("round.name", ["number": "\($0.number)"]) } ?? "")
    }
}
