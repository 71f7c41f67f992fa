internal import BedelDomain

/// A profile going for good, with everything that is in it, from the leaves to the root. The audit trail stays.
struct Purge {
    private let profile: Profile.ID

    init(_ profile: Profile.ID) { self.profile = profile }

    func run(in transaction: Transaction) throws {
        let versions: SQL = """
            SELECT v.id FROM versions v JOIN models m ON m.id = v.model_id WHERE m.profile_id = \(profile)
            """
        let rounds: SQL = """
            SELECT r.id FROM rounds r JOIN assignments a ON a.id = r.assignment_id WHERE a.profile_id = \(profile)
            """
        let accounts: SQL = "SELECT user_id FROM service_accounts WHERE profile_id = \(profile)"
        let statements: [SQL] = [
            "DELETE FROM jobs WHERE version_id IN (\(versions)) OR round_id IN (\(rounds))",
            "DELETE FROM round_entries WHERE round_id IN (\(rounds))",
            "DELETE FROM rounds WHERE id IN (\(rounds))",
            "DELETE FROM version_log WHERE version_id IN (\(versions))",
            "DELETE FROM versions WHERE id IN (\(versions))",
            "DELETE FROM models WHERE profile_id = \(profile)",
            "DELETE FROM assignments WHERE profile_id = \(profile)",
            "DELETE FROM quotas WHERE profile_id = \(profile)",
            "DELETE FROM invitation_links WHERE profile_id = \(profile)",
            "DELETE FROM invitations WHERE profile_id = \(profile)",
            "DELETE FROM disabled_members WHERE profile_id = \(profile)",
            "DELETE FROM memberships WHERE profile_id = \(profile)",
            "DELETE FROM group_rules WHERE profile_id = \(profile)",
            "DELETE FROM access_tokens WHERE user_id IN (\(accounts))",
            "DELETE FROM service_accounts WHERE profile_id = \(profile)",
            "DELETE FROM profiles WHERE id = \(profile)",
        ]
        for statement in statements { try transaction.execute(statement) }
    }
}
