/// A task set by a teacher: hidden data, metrics, envelope, deadline.
package struct Assignment: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Assignment>

    package let id: ID
    package let profile: Label
    package let name: Label
    package let title: String
    /// Plain text.
    package let description: String
    /// The blob of the hidden CSV: a header, feature columns, and the label in the last column.
    package let dataset: Digest
    package let rowCount: Int
    package let features: [String]
    package let labelColumn: String
    /// What ranks are made from.
    package let metric: Metric
    package let envelope: Envelope
    package let deadline: Timestamp?
    package let createdBy: User.ID
    package let createdAt: Timestamp

    package init(
        id: ID, profile: Label, name: Label, title: String, description: String, dataset: Digest, rowCount: Int,
        features: [String], labelColumn: String, metric: Metric, envelope: Envelope, deadline: Timestamp?,
        createdBy: User.ID, createdAt: Timestamp
    ) {
        self.id = id
        self.profile = profile
        self.name = name
        self.title = title
        self.description = description
        self.dataset = dataset
        self.rowCount = rowCount
        self.features = features
        self.labelColumn = labelColumn
        self.metric = metric
        self.envelope = envelope
        self.deadline = deadline
        self.createdBy = createdBy
        self.createdAt = createdAt
    }

    package var resource: Resource { Resource(.assignment, name.rawValue, profile: profile) }

    /// The assignment a model's name speaks of, when the student names none: the longest one whose name stands in it as
    /// whole words (`digits-ana` competes in `digits`); of equally long ones, the first in the alphabet.
    package static func named(in model: Label, of assignments: [Label]) -> Label? {
        let padded = "-\(model)-"
        return assignments.filter { padded.contains("-\($0)-") }
            .min { ($1.rawValue.utf8.count, $0) < ($0.rawValue.utf8.count, $1) }
    }
}
