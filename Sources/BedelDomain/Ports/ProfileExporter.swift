/// Everything of one profile as one file to keep, before it goes or for whoever moves it elsewhere.
package protocol ProfileExporter: Sendable {
    /// A tar (POSIX.1-2017, ustar): who is in it and what they may use, what was handed in and every bundle, what was asked,
    /// and how it was scored. Read from the stores while it is sent, so nothing of it is kept here.
    /// - Parameter withTrail: whether the profile's part of the audit trail is in it too.
    func export(
        _ profile: Profile, withTrail: Bool, by principal: Principal, in context: RequestContext
    ) async throws -> ByteStream
}
