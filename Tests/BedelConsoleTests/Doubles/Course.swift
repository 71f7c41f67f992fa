import BedelDomain

/// A small course to show: one teacher, one admin, four students, two rounds.
struct Course: Sendable {
    var users: [User] = []
    var profiles: [Profile] = []
    var rules: [Profile.ID: [GroupRule]] = [:]
    var members: [Member] = []
    var models: [Model] = []
    var versions: [Version] = []
    var logs: [Version.ID: [LogLine]] = [:]
    var assignments: [Assignment] = []
    var rounds: [Round] = []
    var entries: [RoundEntry] = []
    var jobs: [Job] = []
    var audit: [AuditRecord] = []
    var tokens: [AccessToken] = []
    var instances: [Instance] = []
    var aliases: [Label: Label] = [:]
    var disabled: [Member] = []
    var deleted: [DeletedProfile] = []
    var quotas: [QuotaHolder: Quota] = [:]
    var viewings: [Viewing] = []

    static let now = FixedTime.now
    static let profile = label("ml-2026")
    static let assignment = label("digits")

    static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("“\(text)” is no label") }
        return label
    }

    static func digest(_ seed: Int) -> Digest {
        Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: seed &* 31 &+ $0 &* 17 &+ seed / 7) })
    }

    init() {
        addPeople()
        addModels()
        addEvaluation()
        addTrail()
    }

    func user(_ login: String) -> User {
        guard let user = users.first(where: { $0.login == login }) else { preconditionFailure("no user \(login)") }
        return user
    }

    func version(_ model: String, _ number: Int) -> Version? {
        versions.first { $0.modelName.rawValue == model && $0.number == number }
    }

    private mutating func addPeople() {
        let people = [
            ("ana", "Ana Martínez", "students"), ("bruno", "Bruno Díaz", "students"), ("chen", "Chen Wei", "students"),
            ("dora", "Dóra Nagy", "students"), ("prof", "Elena Vidal", "staff"), ("root", "Ada Admin", "admins"),
        ]
        users = people.map { login, name, group in
            User(
                id: .random(at: Self.now), issuer: "https://id.example", subject: login, login: login, name: name,
                email: "\(login)@uni.example", groups: [group], isAdmin: login == "root",
                createdAt: Self.now - .days(60), lastSeenAt: Self.now - .hours(login.count))
        }
        let course = Profile(
            id: .random(at: Self.now), name: Self.profile, title: "Machine Learning 2026", kind: .course,
            createdAt: Self.now - .days(60))
        let lab = Profile(
            id: .random(at: Self.now), name: Self.label("vision-lab"), title: "Computer Vision Lab", kind: .lab,
            createdAt: Self.now - .days(20))
        profiles = [course, lab]
        rules[course.id] = [GroupRule(group: "students", role: .student), GroupRule(group: "staff", role: .teacher)]
        members = users.filter { !$0.isAdmin }.map {
            Member(
                profile: course.id, user: $0.id, login: $0.login, name: $0.name, email: $0.email,
                role: $0.login == "prof" ? .teacher : .student, source: $0.login == "dora" ? .manual : .group)
        }
    }

    private mutating func addModels() {
        add("digits-ana", of: "ana", states: [.ready, .ready], hoursAgo: 30)
        add("digits-bruno", of: "bruno", states: [.ready], hoursAgo: 40)
        add("digits-chen", of: "chen", states: [.ready], hoursAgo: 50)
        add("digits-dora", of: "dora", states: [.ready], hoursAgo: 60)
        add("tree-ana", of: "ana", states: [.failed], hoursAgo: 5)
        add("forest-ana", of: "ana", states: [.received], hoursAgo: 1)
        if let waiting = version("forest-ana", 1), let first = version("digits-chen", 1) {
            jobs = [
                Job(
                    id: .random(at: Self.now), work: .build(first.id), state: .running, attempt: 1, maximumAttempts: 3,
                    createdAt: Self.now - .seconds(200)),
                Job(
                    id: .random(at: Self.now), work: .build(waiting.id), state: .waiting, attempt: 0,
                    maximumAttempts: 3, createdAt: Self.now - .seconds(60)),
            ]
        }
    }

    private mutating func add(_ name: String, of login: String, states: [Version.State], hoursAgo: Int) {
        let owner = user(login)
        let model = Model(
            id: .random(at: Self.now), profile: Self.profile, name: Self.label(name), owner: owner.id,
            ownerLogin: login,
            assignment: name.hasPrefix("digits") ? Self.assignment : nil, createdAt: Self.now - .hours(hoursAgo))
        models.append(model)
        for (index, state) in states.enumerated() {
            let received = Self.now - .hours(hoursAgo) + .hours(index * 6)
            let version = Version(
                id: .random(at: received), model: model.id, profile: Self.profile, modelName: model.name,
                owner: owner.id,
                ownerLogin: login, number: index + 1, bundle: Self.digest(versions.count + 1),
                size: 18_432 + Int64(index) * 991,
                layout: BundleLayout(
                    runtime: name.hasPrefix("tree") ? .r : .python, entry: "MyModel",
                    requirements: "scikit-learn==1.5.2"),
                source: index == 0 ? .web : .git, commit: index == 0 ? nil : "9fceb02d0ae598e95dc970b74767f19372d61af8",
                receivedAt: received, sequence: Int64(versions.count + 41), state: state,
                environment: state == .ready ? Self.digest(99) : nil,
                fault: state == .failed
                    ? Fault(
                        blame: .model, code: .invalidRequirements,
                        message: "“rprat” is no R package that is installed here.",
                        next: "Correct install.R; did you mean “rpart”?") : nil)
            versions.append(version)
            logs[version.id] = Self.log(state, at: received)
            guard state == .ready else { continue }
            instances.append(
                Instance(
                    id: .random(at: received), version: version.id, profile: Self.profile, model: model.name,
                    number: version.number, state: index == states.count - 1 ? .ready : .stopped, address: nil,
                    fault: nil,
                    since: received + .seconds(40), restarts: index))
        }
    }

    private static func log(_ state: Version.State, at time: Timestamp) -> [LogLine] {
        let lines = [
            "Received 18.4 kB, 4 files.", "Found a Python model: class MyModel in MyModel.py.",
            "Installing scikit-learn==1.5.2 numpy==2.1.3", "Environment ready in 3.1 s.", "Model answers after 0.8 s.",
        ]
        return lines.prefix(state == .ready ? 5 : 2).enumerated().map {
            LogLine(sequence: Int64($0 + 1), at: time + .seconds($0), source: .bedel, text: $1)
        }
    }

    private mutating func addEvaluation() {
        let assignment = Assignment(
            id: .random(at: Self.now), profile: Self.profile, name: Self.assignment, title: "Handwritten digits",
            description: "Recognise the digits 0 to 9 from 8×8 pixels.\nThe hidden set has all ten of them.",
            dataset: Self.digest(7), rowCount: 360, features: (0..<64).map { "pixel\($0)" }, labelColumn: "digit",
            metric: .accuracy, envelope: .standard, deadline: Self.now + .days(9), createdBy: user("prof").id,
            createdAt: Self.now - .days(20))
        assignments = [assignment]
        addRound(
            1, .finished, assignment,
            scores: ["digits-ana": (1, 0.872), "digits-bruno": (1, 0.944), "digits-chen": (1, 0.911)])
        addRound(
            2, .finished, assignment,
            scores: ["digits-ana": (2, 0.964), "digits-bruno": (1, 0.944), "digits-chen": (1, 0.911)])
    }

    /// Adds a round; a model without a score gets a fault when the round is finished, and waits otherwise.
    mutating func addRound(
        _ number: Int, _ state: Round.State, _ assignment: Assignment, scores: [String: (Int, Double)]
    ) {
        let manifest = RoundManifest(
            harness: "bedel-harness 1", dataset: assignment.dataset, metric: .accuracy, envelope: .standard,
            seed: UInt64(number), rowsPerCall: 20, warmUpCalls: 2, platformRetries: 2)
        let opened = Self.now - .days(8 - number * 3)
        let round = Round(
            id: .random(at: opened), profile: Self.profile, assignment: Self.assignment, number: number, state: state,
            manifest: manifest, manifestDigest: Self.digest(200 + number), startedBy: user("prof").id,
            createdAt: opened,
            startedAt: opened, finishedAt: state == .finished ? opened + .seconds(95) : nil)
        rounds.append(round)
        let ranked = scores.sorted { $0.value.1 > $1.value.1 }.map(\.key)
        for (position, model) in models.filter({ $0.assignment == assignment.name }).enumerated() {
            let score = scores[model.name.rawValue]
            guard let version = version(model.name.rawValue, score?.0 ?? 1) else { continue }
            let verdict: Verdict? =
                if let score {
                    .scored(
                        Scores(
                            accuracy: score.1, macroF1: score.1 - 0.012, correct: Int(score.1 * 360), total: 360,
                            medianMilliseconds: 2.4 + Double(position)))
                } else if state == .finished {
                    .fault(
                        Fault(
                            blame: .model, code: .modelTimedOut, message: "A call took longer than 10 seconds.",
                            next: "Load the model once when it starts, not at every call."))
                } else { nil }
            let owner = user(model.ownerLogin)
            entries.append(
                RoundEntry(
                    round: round.id, version: version.id, bundle: version.bundle, model: model.name,
                    number: version.number,
                    owner: owner.id, ownerLogin: owner.login, ownerName: owner.name, ownerEmail: owner.email,
                    position: position, state: verdict == nil ? .waiting : .done, tries: verdict == nil ? 0 : 1,
                    verdict: verdict,
                    rank: state == .finished ? ranked.firstIndex(of: model.name.rawValue).map { $0 + 1 } : nil))
        }
    }

    private mutating func addTrail() {
        let actions: [(String, String, String, AuditEvent.Outcome, [String: String])] = [
            ("root", "profile.create", "profile:ml-2026/ml-2026", .allowed, ["title": "Machine Learning 2026"]),
            ("ana", "model.submit", "model:ml-2026/digits-ana", .allowed, ["number": "1"]),
            ("bruno", "round.start", "assignment:ml-2026/digits", .denied, [:]),
            ("prof", "round.start", "assignment:ml-2026/digits", .allowed, ["round": "2"]),
        ]
        for (index, (login, action, resource, outcome, facts)) in actions.enumerated() {
            let event = AuditEvent(
                at: Self.now - .hours(10 - index), actor: user(login).id, actorName: login, action: action,
                resource: resource,
                profile: Self.profile, outcome: outcome, reason: outcome == .denied ? "forbidden" : "teacher \(action)",
                facts: facts, requestID: "01jd0000000000000000000\(index)", remoteAddress: "192.0.2.\(index + 7)")
            audit.append(
                AuditRecord(
                    sequence: Int64(index + 1), event: event, previous: Self.digest(index), hash: Self.digest(index + 1)
                ))
        }
        tokens = [
            AccessToken(
                id: .random(at: Self.now), user: user("ana").id, name: "my laptop", scopes: [.read, .submit],
                createdAt: Self.now - .days(3), expiresAt: Self.now + .days(87), lastUsedAt: Self.now - .hours(2)),
            AccessToken(
                id: .random(at: Self.now), user: user("ana").id, name: "old script", scopes: [.predict],
                createdAt: Self.now - .days(40), expiresAt: Self.now - .days(10)),
        ]
    }
}
