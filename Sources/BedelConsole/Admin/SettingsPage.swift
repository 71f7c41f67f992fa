internal import BedelDomain

struct SettingsPage: Page {
    static let template = "settings"
    let title: String
    let profileTitle: String
    let name: String
    let state: String
    let action: String
    let kinds: [Choice]
    let bars: [QuotaBar]
    let members: [Row]
    let hasMembers: Bool
    let mayEdit: Bool
    let mayGovern: Bool
    let exportLink: String?
    let auditLink: String?
    let states: [Choice]
    let nameAction: String
    let stateAction: String
    let deleteAction: String
    let mayLimit: Bool
    let quotaAction: String
    let limits: [Limits]
    /// Of whoever was chosen.
    let oneMemberLimits: Limits?
    var trail: [Crumb]

    /// The greatest limit there is.
    static let mostOfAnything = 1_000_000_000

    struct Choice: Hashable, Sendable {
        let value: String
        let meaning: String
        let isChosen: Bool
    }

    struct Row: Hashable, Sendable {
        let name: String
        let login: String
        let role: String
        let bars: [QuotaBar]
        /// Where their own limits are set; nil for whoever may not.
        let limitsLink: String?
    }

    /// The form for one holder's limits.
    struct Limits: Hashable, Sendable {
        /// Where the page can be led to; nil where it begins anyway.
        let anchor: String?
        let help: String?
        /// The name of the field that says whose they are.
        let holderField: String
        let holder: String
        let title: String
        let fields: [Field]
        let maximum = SettingsPage.mostOfAnything
    }

    struct Field: Hashable, Sendable {
        let id: String
        let name: String
        let label: String
        let value: String
    }

    /// What whoever looks may do here.
    struct Powers: Sendable {
        let edit: Bool
        let govern: Bool
        let limit: Bool
        let export: Bool
        let audit: Bool
    }

    init(
        _ profile: Profile, allowance: Allowance, members: [(Member, Allowance)], everyMember: Quota,
        oneMember: (Member, Quota)?, may: Powers, _ visit: Visit
    ) {
        let words = visit.words
        title = words("settings.title")
        profileTitle = profile.title
        name = profile.name.rawValue
        state = words("state.profile.\(profile.state.rawValue)")
        action = Address.settings(profile.name).path
        kinds = Profile.Kind.allCases.map {
            Choice(value: $0.rawValue, meaning: words("kind.\($0.rawValue)"), isChosen: $0 == profile.kind)
        }
        bars = QuotaBar.all(allowance, words)
        self.members = members.map { member, allowance in
            Row(
                name: member.name, login: member.login, role: words("role.\(member.role.rawValue)"),
                bars: [QuotaBar](QuotaBar.all(allowance, words).filter { $0.hasLimit || $0.value > 0 }),
                limitsLink: may.limit
                    ? Address.settings(profile.name).with(["member": member.login]) + "#one-member" : nil)
        }
        hasMembers = !members.isEmpty
        mayEdit = may.edit
        mayGovern = may.govern
        auditLink = may.audit ? Address.profileAudit(profile.name).path : nil
        exportLink = may.export ? Address.profileArchive(profile.name).path : nil
        states = Profile.State.allCases.map {
            Choice(
                value: $0.rawValue, meaning: words("state.profile.\($0.rawValue)"), isChosen: $0 == profile.state)
        }
        nameAction = Address.profileName(profile.name).path
        stateAction = Address.profileState(profile.name).path
        deleteAction = Address.profileDeletion(profile.name).path
        mayLimit = may.limit
        quotaAction = Address.quota(profile.name).path
        limits = [
            Self.limits("profile", allowance.quota, title: words("quota.profile"), words),
            Self.limits("every-member", everyMember, title: words("quota.every-member"), words),
        ]
        oneMemberLimits = oneMember.map { member, quota in
            Self.limits(
                member.login, quota, title: "\(member.name) (\(member.login))", words, anchor: "one-member",
                help: words("quota.one-member.help"), holderField: "member")
        }
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }

    private static func limits(
        _ holder: String, _ quota: Quota, title: String, _ words: Words, anchor: String? = nil, help: String? = nil,
        holderField: String = "of"
    ) -> Limits {
        Limits(
            anchor: anchor, help: help, holderField: holderField, holder: holder, title: title,
            fields: Quota.Unit.allCases.map { unit in
                Field(
                    id: "\(anchor ?? holder)-\(unit.rawValue)", name: unit.rawValue,
                    label: words("quota.\(unit.rawValue).field"),
                    // Rounded up, so that saving what is shown never takes everything away.
                    value: quota[unit].map { "\(($0 + unit.formScale - 1) / unit.formScale)" } ?? "")
            })
    }
}
