// What happens to a profile after it is made. Like every store: each change with its audit event, in one transaction.

/// A profile's life: other words, another name, a pause, an end, and back.
package protocol ProfileLifecycle: Sendable {
    /// - Throws: `notFound`, `conflict` when it is archived.
    func edit(_ profile: Profile.ID, title: String, kind: Profile.Kind, audit: AuditEvent) async throws
    /// The old name goes on leading to the profile, and stays its own.
    /// - Throws: `conflict` when the name, or one that looks like it, is another's.
    func rename(_ profile: Profile.ID, to name: Label, audit: AuditEvent) async throws
    func set(_ state: Profile.State, of profile: Profile.ID, audit: AuditEvent) async throws
    /// Out of sight at once; everything is kept until ``purge(deletedBefore:audit:)``.
    func delete(_ profile: Profile.ID, at time: Timestamp, audit: AuditEvent) async throws
    /// - Throws: `notFound` when it was never deleted, or is gone for good.
    func restore(_ profile: Profile.ID, audit: AuditEvent) async throws
    /// Newest first.
    func deletedProfiles() async throws -> [DeletedProfile]
    /// Removes for good what was deleted before then.
    /// - Returns: the names that are free again.
    func purge(deletedBefore time: Timestamp, audit: @escaping @Sendable (Profile) -> AuditEvent) async throws -> [Label]
}

package struct DeletedProfile: Hashable, Sendable {
    package let profile: Profile
    package let deletedAt: Timestamp

    package init(profile: Profile, deletedAt: Timestamp) {
        self.profile = profile
        self.deletedAt = deletedAt
    }

    /// How long a deleted profile can be restored.
    package static let grace = Duration.seconds(30 * 86_400)
}

/// Limits, and what is used of them.
package protocol QuotaStore: Sendable {
    func quota(of holder: QuotaHolder, in profile: Profile.ID) async throws -> Quota
    /// In force at the commit: whatever is counted after it is held against the new limits.
    func set(_ quota: Quota, of holder: QuotaHolder, in profile: Profile.ID, audit: AuditEvent) async throws
    /// The whole profile's.
    func allowance(of profile: Profile.ID, at time: Timestamp) async throws -> Allowance
    /// One member's, under the limits that hold for them.
    func allowance(of member: User.ID, in profile: Profile.ID, at time: Timestamp) async throws -> Allowance
}
