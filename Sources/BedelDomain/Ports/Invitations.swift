/// Invitation links, made and used.
package protocol InvitationLinks: Sendable {
    /// Newest first, those that hold no more too, with what has become of their makers; that a profile is archived is not
    /// held against them.
    func links(to profile: Label) async throws -> [InvitationLink]
    /// - Returns: the link with its secret, shown this once.
    /// - Throws: `invalidRequest`, `conflict` when there are too many or the profile is archived.
    func make(
        _ role: Role, maximum: Int, days: Int, to profile: Profile, by principal: Principal, in context: RequestContext
    ) async throws -> (link: InvitationLink, secret: String)
    /// - Throws: `notFound` when it is not that profile's.
    func revoke(
        _ id: InvitationLink.ID, of profile: Profile, by principal: Principal, in context: RequestContext
    ) async throws
    /// Where a link leads. Uses nothing up.
    /// - Throws: `notFound`, with the reason when it held once; `conflict` when the profile is archived.
    func look(_ secret: String) async throws -> (link: InvitationLink, profile: Profile)
    /// Makes a member of whoever asks. Who is one already stays what they are and uses nothing up.
    /// - Throws: as ``look(_:)``; `forbidden` for those who are kept out.
    func accept(_ secret: String, by principal: Principal, in context: RequestContext) async throws -> Label
}

/// Invitation links, kept.
package protocol InvitationLinkStore: Sendable {
    func links(to profile: Label) async throws -> [InvitationLink]
    /// - Throws: `notFound` without that profile, `conflict` when it is archived.
    func create(_ link: InvitationLink, secretHash: Digest, audit: AuditEvent) async throws
    /// - Returns: whether it held until now.
    func revoke(_ id: InvitationLink.ID, at time: Timestamp, audit: AuditEvent) async throws -> Bool
    func find(_ secretHash: Digest) async throws -> (link: InvitationLink, profile: Profile)?
    /// Counts and makes the membership in one transaction: of two who take the last place, one comes in.
    /// - Parameter mayInvite: asked in that transaction whether the link's maker, as they are then, may let people into the
    ///   profile, as it is then. Whatever takes that right away waits for the end of the transaction, or is seen in it.
    /// - Throws: as ``InvitationLinks/accept(_:by:in:)``.
    func accept(
        _ secretHash: Digest, by user: User.ID, at time: Timestamp,
        mayInvite: @escaping @Sendable (_ maker: Principal, Profile) -> Bool,
        audit: @escaping @Sendable (InvitationLink) -> AuditEvent
    ) async throws -> Label
}
