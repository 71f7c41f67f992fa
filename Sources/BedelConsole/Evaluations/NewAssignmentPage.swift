internal import BedelDomain

struct NewAssignmentPage: Page {
    static let template = "new-assignment"
    let title: String
    let action: String
    let metrics: [Metric]
    let cpu: Int
    let memory: Int64
    let processes: Int
    let startSeconds: Int
    let callSeconds: Int
    var trail: [Crumb]

    struct Metric: Hashable, Sendable {
        let value: String
        let meaning: String
    }

    init(_ profile: Profile, _ visit: Visit) {
        let words = visit.words
        title = words("new-assignment.title")
        action = Address.assignments(profile.name).path
        metrics = BedelDomain.Metric.allCases.map {
            Metric(value: $0.rawValue, meaning: words("metric.\($0.rawValue)"))
        }
        cpu = Envelope.standard.cpuMillicores
        memory = Envelope.standard.memory >> 20
        processes = Envelope.standard.processes
        startSeconds = Envelope.standard.startSeconds
        callSeconds = Envelope.standard.callSeconds
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }
}
