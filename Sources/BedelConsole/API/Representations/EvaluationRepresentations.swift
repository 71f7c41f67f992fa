internal import BedelDomain

struct AssignmentRepresentation: Represented {
    static let name = "Assignment"
    static let members: [String: Schema] = [
        "id": .string, "profile": .string, "name": .string, "title": .string, "description": .string,
        "metric": .string, "rows": .integer, "features": .array(.string), "deadline": .optional(.string),
        "envelope": .map(.integer), "created_at": .string, "links": .map(.string),
    ]
    let id: String
    let profile: String
    let name: String
    let title: String
    let description: String
    let metric: String
    let rows: Int
    let features: [String]
    let deadline: String?
    let envelope: [String: Int64]
    let createdAt: String
    let links: [String: String]

    init(_ assignment: Assignment, base: String) {
        id = assignment.id.rawValue
        profile = assignment.profile.rawValue
        name = assignment.name.rawValue
        title = assignment.title
        description = assignment.description
        metric = assignment.metric.rawValue
        rows = assignment.rowCount
        features = assignment.features
        deadline = assignment.deadline?.description
        let limits = assignment.envelope
        envelope = [
            "cpu_millicores": Int64(limits.cpuMillicores), "memory": limits.memory,
            "processes": Int64(limits.processes),
            "scratch": limits.scratch, "start_seconds": Int64(limits.startSeconds),
            "call_seconds": Int64(limits.callSeconds),
        ]
        createdAt = assignment.createdAt.description
        let address = Address.assignment(assignment.profile, assignment.name)
        links = [
            "page": base + address.path,
            "rounds": base + Address.api(.rounds(assignment.profile, assignment.name)).path,
        ]
    }
}

struct ScoresRepresentation: Represented {
    static let name = "Scores"
    static let members: [String: Schema] = [
        "accuracy": .number, "macro_f1": .number, "correct": .integer, "total": .integer,
        "median_milliseconds": .optional(.number),
    ]
    let accuracy: Double
    let macroF1: Double
    let correct: Int
    let total: Int
    let medianMilliseconds: Double?

    init(_ scores: Scores) {
        accuracy = scores.accuracy
        macroF1 = scores.macroF1
        correct = scores.correct
        total = scores.total
        medianMilliseconds = scores.medianMilliseconds
    }
}

struct EntryRepresentation: Represented {
    static let name = "Entry"
    static let members: [String: Schema] = [
        "model": .string, "version": .integer, "digest": .string, "owner": .string, "position": .integer,
        "state": .string, "tries": .integer, "rank": .optional(.integer),
        "scores": .optional(ScoresRepresentation.schema), "fault": .optional(FaultRepresentation.schema),
        "previous": .optional(.number),
    ]
    let model: String
    let version: Int
    let digest: String
    let owner: String
    let position: Int
    let state: String
    let tries: Int
    let rank: Int?
    let scores: ScoresRepresentation?
    let fault: FaultRepresentation?
    /// What the same model reached in the round before, by the round's metric.
    let previous: Double?

    init(_ entry: RoundEntry, previous: Double?) {
        model = entry.model.rawValue
        version = entry.number
        digest = entry.bundle.hex
        owner = entry.ownerLogin
        position = entry.position
        state = entry.state.rawValue
        tries = entry.tries
        rank = entry.rank
        scores = entry.scores.map(ScoresRepresentation.init)
        if case .fault(let fault) = entry.verdict { self.fault = FaultRepresentation(fault) } else { fault = nil }
        self.previous = previous
    }
}

struct RoundRepresentation: Represented {
    static let name = "Round"
    static let members: [String: Schema] = [
        "id": .string, "profile": .string, "assignment": .string, "number": .integer, "state": .string,
        "metric": .string, "manifest": .string, "manifest_digest": .string, "created_at": .string,
        "started_at": .optional(.string), "finished_at": .optional(.string), "done": .integer, "total": .integer,
        "entries": EntryRepresentation.list, "links": .map(.string),
    ]
    let id: String
    let profile: String
    let assignment: String
    let number: Int
    let state: String
    let metric: String
    let manifest: String
    let manifestDigest: String
    let createdAt: String
    let startedAt: String?
    let finishedAt: String?
    let done: Int
    let total: Int
    /// Empty while the round runs, but for those who run rounds.
    let entries: [EntryRepresentation]
    let links: [String: String]

    init(_ round: Round, _ board: Leaderboard, base: String) {
        id = round.id.rawValue
        profile = round.profile.rawValue
        assignment = round.assignment.rawValue
        number = round.number
        state = round.state.rawValue
        metric = round.manifest.metric.rawValue
        manifest = round.manifest.text
        manifestDigest = round.manifestDigest.hex
        createdAt = round.createdAt.description
        startedAt = round.startedAt?.description
        finishedAt = round.finishedAt?.description
        entries = board.rows.map { EntryRepresentation($0.entry, previous: $0.previous) }
        done = board.done
        total = board.total
        let address = Address.round(round.profile, round.assignment, round.number)
        let grades = Address.grades(round.profile, round.assignment, round.number)
        let events = Address.roundEvents(round.profile, round.assignment, round.number)
        links = [
            "self": base + Address.api(address).path, "page": base + address.path,
            "events": base + Address.api(events).path, "grades": base + Address.api(grades).path,
        ]
    }
}
