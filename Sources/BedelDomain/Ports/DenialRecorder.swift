/// Takes note of refusals on the data path, which never waits for a database.
package protocol DenialRecorder: Sendable {
    /// Keeps it where a crash of this process does not reach it, before the answer goes out. Called on event loops; takes
    /// as long as writing a line to a file does.
    /// - Returns: false when it could not be kept; then the refusal must not go out as one.
    func record(_ event: AuditEvent) -> Bool
}
