/// One hand-in of a model: immutable, named by the SHA-256 of its canonical bundle. Only its state moves.
package struct Version: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Version>

    /// received -> building -> ready, or -> failed at any point. Nothing leaves `ready` or `failed`.
    package enum State: String, Sendable, Codable, CaseIterable {
        case received, building, ready, failed

        /// Nothing will change any more.
        package var isOver: Bool { self == .ready || self == .failed }
    }

    /// Through which door it came.
    package enum Source: String, Sendable, Codable, CaseIterable { case web, api, git }

    package let id: ID
    package let model: Model.ID
    package let profile: Label
    package let modelName: Label
    package let owner: User.ID
    package let ownerLogin: String
    /// 1, 2, 3, … within the model.
    package let number: Int
    package let bundle: Digest
    /// Bytes of the canonical bundle.
    package let size: Int64
    package let layout: BundleLayout
    package let source: Source
    /// The git commit it was pushed as; nil from the other doors.
    package let commit: String?
    package let receivedAt: Timestamp
    /// Position in the order of everything this Bedel has ever received.
    package let sequence: Int64
    package let state: State
    /// The locked set of packages it runs on; nil until built.
    package let environment: Digest?
    /// Why it failed; nil otherwise.
    package let fault: Fault?

    package init(
        id: ID, model: Model.ID, profile: Label, modelName: Label, owner: User.ID, ownerLogin: String, number: Int,
        bundle: Digest, size: Int64, layout: BundleLayout, source: Source, commit: String?, receivedAt: Timestamp,
        sequence: Int64, state: State, environment: Digest?, fault: Fault?
    ) {
        self.id = id
        self.model = model
        self.profile = profile
        self.modelName = modelName
        self.owner = owner
        self.ownerLogin = ownerLogin
        self.number = number
        self.bundle = bundle
        self.size = size
        self.layout = layout
        self.source = source
        self.commit = commit
        self.receivedAt = receivedAt
        self.sequence = sequence
        self.state = state
        self.environment = environment
        self.fault = fault
    }

    package var receipt: Receipt {
        Receipt(
            version: id, profile: profile, model: modelName, number: number, user: owner, login: ownerLogin,
            bundle: bundle, size: size, source: source, receivedAt: receivedAt, sequence: sequence)
    }
}
