/// Runs what students hand in, under limits. One conformance suite holds for every implementation.
package protocol Runner: Sendable {
    var capabilities: RunnerCapabilities { get }

    /// Makes sure the environment for these requirements exists, and names it. Building the same one twice, even at the
    /// same time, builds it once.
    /// - Parameter log: called with every line worth showing to the student.
    /// - Throws: ``BedelError`` `invalidRequirements` when the student must change something, `unavailable` when not.
    func prepareEnvironment(for layout: BundleLayout, log: @escaping @Sendable (String) -> Void) async throws -> Digest

    /// Starts an instance and returns its address once it answers as healthy.
    /// - Throws: ``BedelError`` `modelCrashed`, `modelTimedOut`, `modelOutOfMemory` for the model's faults.
    func start(_ order: InstanceOrder) async throws -> Instance.Address

    /// Ends an instance and removes what it left. Ending one that is not there is no error.
    func stop(_ id: Instance.ID) async

    /// One HTTP request to an instance that runs.
    /// - Throws: ``BedelError`` `modelTimedOut`, `modelCrashed`, `modelOutOfMemory`, `modelAnswerInvalid` (too large).
    func call(_ id: Instance.ID, _ request: ModelRequest) async throws -> ModelAnswer

    /// What the instance printed of late, oldest first; empty when it is not known.
    func output(of id: Instance.ID) async -> [String]

    /// Instances that ended by themselves, each once, with the reason. One listener.
    var exits: AsyncStream<InstanceExit> { get }
}

/// What to start.
package struct InstanceOrder: Sendable {
    package let id: Instance.ID
    package let layout: BundleLayout
    package let environment: Digest
    /// The unpacked bundle; read-only for the model.
    package let bundleDirectory: String
    package let envelope: Envelope

    package init(
        id: Instance.ID, layout: BundleLayout, environment: Digest, bundleDirectory: String, envelope: Envelope
    ) {
        self.id = id
        self.layout = layout
        self.environment = environment
        self.bundleDirectory = bundleDirectory
        self.envelope = envelope
    }
}

/// A request to a model, by the runtime's own paths (`/api/v1.0/predictions`).
package struct ModelRequest: Sendable {
    package let path: String
    /// JSON.
    package let body: [UInt8]
    package let timeLimit: Duration

    package init(path: String, body: [UInt8], timeLimit: Duration) {
        self.path = path
        self.body = body
        self.timeLimit = timeLimit
    }
}

package struct ModelAnswer: Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// An instance that ended without being asked to.
package struct InstanceExit: Sendable {
    package let id: Instance.ID
    package let error: BedelError

    package init(id: Instance.ID, error: BedelError) {
        self.id = id
        self.error = error
    }
}
