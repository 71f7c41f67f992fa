/// What runs now, for pages, for rounds and for the gateway's routes.
package protocol InstanceDirectory: Sendable {
    func instances() async -> [Instance]
    func instance(of version: Version.ID) async -> Instance?
    /// What that version's instance printed of late, oldest first.
    func output(of version: Version.ID) async -> [String]
    /// One request to that version's endpoint.
    /// - Throws: ``BedelError`` `modelNotReady` when it does not run, else as ``Runner/call(_:_:)``.
    func call(_ version: Version.ID, _ request: ModelRequest) async throws -> ModelAnswer
}
