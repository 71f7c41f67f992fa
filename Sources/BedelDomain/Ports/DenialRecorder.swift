/// Takes note of refusals on the data path, which never waits for a database.
package protocol DenialRecorder: Sendable {
    /// Returns at once.
    func record(_ event: AuditEvent)
}
