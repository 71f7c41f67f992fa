/// One gateway process, from its start to its end.
package enum GatewayProcess {
    package typealias ID = Identifier<GatewayProcess>
}

/// The gateways of one house, so that each can take its part of what is promised for all of them together.
package protocol GatewayRegister: Sendable {
    /// Says that this gateway is there.
    /// - Parameter lifetime: for how long that is believed without being said again.
    /// - Returns: how many are there now, this one among them.
    func announce(_ gateway: GatewayProcess.ID, for lifetime: Duration) async throws -> Int
    /// Says that it goes, so that the others need not wait until it is believed no longer.
    func leave(_ gateway: GatewayProcess.ID) async throws
}
