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
    /// Every former name, with what its profile is called today.
    func aliases() async throws -> [Label: Label]
    /// Newest first.
    func deletedProfiles() async throws -> [DeletedProfile]
    /// Removes for good what was deleted before then.
    /// - Returns: what is gone. Its names are never given again.
    func purge(deletedBefore time: Timestamp, audit: @escaping @Sendable (Profile) -> AuditEvent) async throws
        -> [Label]
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
    /// Of every profile that has any, by its present name.
    func requestQuotas() async throws -> [Label: RequestQuota]
}

/// Whole classes at once, people who are expected, and people who are kept out for a while.
package protocol EnrolmentStore: Sendable {
    /// What the roster would do; changes nothing.
    func plan(_ roster: Roster, in profile: Profile.ID) async throws -> RosterPlan
    /// Does it: members by hand, and invitations for those nobody knows yet. Lines with problems are left out.
    /// - Returns: what was done.
    /// - Throws: `conflict` when the profile is archived.
    func enrol(_ roster: Roster, in profile: Profile.ID, at time: Timestamp, audit: AuditEvent) async throws
        -> RosterPlan
    /// Who is expected, by login or mail address. They become members when they first sign in.
    func invitations(to profile: Profile.ID) async throws -> [Invitation]
    func withdraw(_ person: String, from profile: Profile.ID, audit: AuditEvent) async throws
    /// By login.
    func disabledMembers(of profile: Profile.ID) async throws -> [Member]
    /// Whoever is disabled has no role in the profile, by hand or by group, until they are let in again.
    func set(disabled: Bool, _ user: User.ID, in profile: Profile.ID, audit: AuditEvent) async throws
}

package struct Invitation: Hashable, Sendable {
    /// A login or mail address in lower case.
    package let person: String
    package let role: Role
    package let invitedAt: Timestamp

    package init(person: String, role: Role, invitedAt: Timestamp) {
        self.person = person
        self.role = role
        self.invitedAt = invitedAt
    }
}
