/// One evaluation of frozen versions under one frozen manifest.
package struct Round: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Round>

    package enum State: String, Sendable, Codable, CaseIterable {
        case queued, running, finished, stopped, failed

        /// Nothing will change any more.
        package var isOver: Bool { self == .finished || self == .stopped || self == .failed }
    }

    package let id: ID
    package let profile: Label
    package let assignment: Label
    /// 1, 2, 3, … within the assignment.
    package let number: Int
    package let state: State
    package let manifest: RoundManifest
    /// SHA-256 of ``manifestText``.
    package let manifestDigest: Digest
    package let startedBy: User.ID
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?

    package init(
        id: ID, profile: Label, assignment: Label, number: Int, state: State, manifest: RoundManifest,
        manifestDigest: Digest, startedBy: User.ID, createdAt: Timestamp, startedAt: Timestamp?, finishedAt: Timestamp?
    ) {
        self.id = id
        self.profile = profile
        self.assignment = assignment
        self.number = number
        self.state = state
        self.manifest = manifest
        self.manifestDigest = manifestDigest
        self.startedBy = startedBy
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    package var resource: Resource { Resource(.round, "\(assignment)/\(number)", profile: profile) }
}
