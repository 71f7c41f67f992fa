internal import BedelDomain

struct ModelPage: Page {
    static let template = "model"
    let title: String
    let owner: String
    let assignmentTitle: String?
    let assignmentLink: String?
    let status: StatusView
    /// Where the moving part comes from; nil when nothing moves.
    let events: String?
    let endpoint: String
    let curl: String
    let gitURL: String
    let gitCommands: String
    let handInLink: String?
    let retireAction: String?
    /// Nil when nothing is being built, or for those who may not stop it.
    let stopAction: String?
    let tryAction: String?
    let tryBody: String
    let answer: String?
    let tryTrouble: Trouble?
    let showsLog: Bool
    let log: [String]
    let hasOutput: Bool
    let output: [String]
    var trail: [Crumb]

    struct Powers: Sendable {
        let `try`: Bool
        let submit: Bool
        let retire: Bool
        let stop: Bool
        let seeLog: Bool
    }

    /// A call from the page, and how it ended.
    struct Trial: Sendable {
        let body: String
        var answer: String?
        var trouble: Trouble?
    }

    init(
        _ profile: Profile, _ model: Model, status: ModelStatus, assignment: Assignment?, log: [LogLine],
        output: [String], may: Powers, trial: Trial?, base: String, _ visit: Visit
    ) {
        let address = Endpoint(of: model, features: assignment?.features ?? [], base: base)
        title = model.name.rawValue
        owner = model.ownerLogin
        assignmentTitle = assignment?.title
        assignmentLink = assignment.map { Address.assignment($0.profile, $0.name).path }
        self.status = StatusView(status, visit)
        let last = log.last?.sequence ?? 0
        events =
            status.isSettled ? nil : Address.modelEvents(model.profile, model.name).with(["after": String(last)])
        endpoint = address.url
        curl = address.curl
        gitURL = base + Address.git(model.profile, model.name).path
        gitCommands = "git remote add bedel \(gitURL)\ngit push bedel HEAD:main"
        handInLink = may.submit ? Address.handIn(model.profile).with(["model": model.name.rawValue]) : nil
        retireAction =
            may.retire && model.retiredAt == nil ? Address.modelRetirement(model.profile, model.name).path : nil
        stopAction = status.versions.first { may.stop && !$0.state.isOver }.map {
            Address.buildStop($0.profile, $0.modelName, $0.number).path
        }
        tryAction = may.try && status.current != nil ? Address.modelTry(model.profile, model.name).path : nil
        tryBody = trial?.body ?? address.example
        answer = trial?.answer
        tryTrouble = trial?.trouble
        showsLog = may.seeLog
        self.log = log.map(\.text)
        self.output = output
        hasOutput = !output.isEmpty
        trail = [
            Crumb(title: visit.words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }
}
