internal import BedelDomain

extension Desk {
    /// Ends the build of a version: it fails, by nobody's fault. The worker that has it in hand hears of it and stops.
    /// - Throws: `conflict` when there is nothing to stop any more.
    func stopBuild(of version: Version, _ visit: Visit) async throws {
        let error = BedelError(
            .stopped, "The build was stopped by \(try visit.user().login).",
            next: "Hand the model in again when you want it built.", arguments: ["login": try visit.user().login])
        let event = AuditEvent(
            .buildStop, on: visit.subject.resource, by: visit.principal,
            facts: ["number": "\(version.number)", "version": version.id.rawValue], in: visit.context, at: visit.now)
        for state in [Version.State.received, .building] {
            let moved = try await ports.models.advance(
                version.id, from: state, to: .failed, environment: nil, fault: Fault(error), audit: event)
            if moved { return }
        }
        throw BedelError(
            .conflict, "This version is built already; there is nothing to stop.", next: "Load the page again.")
    }
}
