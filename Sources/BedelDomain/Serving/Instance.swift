/// A running version.
package struct Instance: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Instance>

    package enum State: String, Sendable, Codable { case starting, ready, failed, stopped }

    /// Where it listens.
    package enum Address: Hashable, Sendable, Codable {
        case unixSocket(path: String)
        case tcp(host: String, port: Int)
    }

    package let id: ID
    package let version: Version.ID
    package let profile: Label
    package let model: Label
    package let number: Int
    package let state: State
    /// Nil unless ready.
    package let address: Address?
    package let fault: Fault?
    package let since: Timestamp
    /// How often it has been started again after a crash.
    package let restarts: Int

    package init(
        id: ID, version: Version.ID, profile: Label, model: Label, number: Int, state: State, address: Address?,
        fault: Fault?, since: Timestamp, restarts: Int
    ) {
        self.id = id
        self.version = version
        self.profile = profile
        self.model = model
        self.number = number
        self.state = state
        self.address = address
        self.fault = fault
        self.since = since
        self.restarts = restarts
    }
}
