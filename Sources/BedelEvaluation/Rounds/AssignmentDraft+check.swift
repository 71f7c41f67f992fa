import BedelDomain

extension AssignmentDraft {
    static let titleLimit = 200
    static let descriptionLimit = 20_000

    /// - Throws: `invalidRequest` for what no assignment can have.
    func check(at now: Timestamp) throws(BedelError) {
        let isBlank = title.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        let hasControl = title.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !isBlank, !hasControl, title.count <= Self.titleLimit else {
            throw BedelError(
                .invalidRequest, "The title is empty, too long, or has a line break.",
                next: "Give the assignment a title of 1 to \(Self.titleLimit) characters on one line.")
        }
        guard description.utf8.count <= Self.descriptionLimit else {
            throw BedelError(
                .invalidRequest, "The description is too long.",
                next: "Use at most \(Self.descriptionLimit) characters.")
        }
        if let deadline, deadline <= now {
            throw BedelError(
                .invalidRequest, "The deadline has passed already.", next: "Choose a moment that is still to come.")
        }
        let figures = [
            Int64(envelope.cpuMillicores), envelope.memory, Int64(envelope.processes), envelope.scratch,
            Int64(envelope.startSeconds), Int64(envelope.callSeconds),
        ]
        guard figures.allSatisfy({ $0 > 0 }) else {
            throw BedelError(
                .invalidRequest, "A limit for the models' runs is zero or less.",
                next: "Make every limit larger than zero.")
        }
    }
}

extension Assignment {
    /// The assignment that a draft becomes, once its data set has been read and kept.
    init(
        _ draft: AssignmentDraft, in profile: Label, dataset: HiddenDataset, blob: Digest, by user: User.ID,
        at now: Timestamp
    ) {
        self.init(
            id: .random(at: now), profile: profile, name: draft.name, title: draft.title,
            description: draft.description, dataset: blob, rowCount: dataset.rows.count, features: dataset.features,
            labelColumn: dataset.labelColumn, metric: draft.metric, envelope: draft.envelope, deadline: draft.deadline,
            createdBy: user, createdAt: now)
    }
}
