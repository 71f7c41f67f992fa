internal import BedelDomain

struct ProfilesPage: Page {
    static let template = "admin-profiles"
    let title: String
    let tabs: [AdminTab]
    let action: String
    let kinds: [Choice]
    let profiles: [Row]
    let hasProfiles: Bool
    let hasDeleted: Bool
    let deleted: [Deleted]
    let restoreAction: String
    var section: Section { .admin }

    struct Choice: Hashable, Sendable {
        let value: String
        let meaning: String
    }

    struct Row: Hashable, Sendable {
        let name: String
        let title: String
        let link: String
        let membersLink: String
        let kind: String
        let state: String?
        let created: Moment
        let settingsLink: String
    }

    /// One that can still be restored.
    struct Deleted: Hashable, Sendable {
        let id: String
        let name: String
        let title: String
        let deleted: Moment
        let until: Moment
    }

    init(_ profiles: [Profile], deleted: [DeletedProfile], _ visit: Visit) {
        let words = visit.words
        title = words("admin.profiles")
        tabs = AdminTab.all(.profiles, words)
        action = Address.admin(.profiles).path
        kinds = Profile.Kind.allCases.map { Choice(value: $0.rawValue, meaning: words("kind.\($0.rawValue)")) }
        self.profiles = profiles.map {
            Row(
                name: $0.name.rawValue, title: $0.title, link: Address.profile($0.name).path,
                membersLink: Address.members($0.name).path, kind: words("kind.\($0.kind.rawValue)"),
                state: $0.state == .active ? nil : words("state.profile.\($0.state.rawValue)"),
                created: visit.moment($0.createdAt), settingsLink: Address.settings($0.name).path)
        }
        hasProfiles = !profiles.isEmpty
        self.deleted = deleted.map {
            Deleted(
                id: $0.profile.id.rawValue, name: $0.profile.name.rawValue, title: $0.profile.title,
                deleted: visit.moment($0.deletedAt), until: visit.moment($0.deletedAt + DeletedProfile.grace))
        }
        hasDeleted = !deleted.isEmpty
        restoreAction = Address.admin(.profileRestoration).path
    }
}

/// Who is in a profile, and why.
struct MembersPage: Page {
    static let template = "members"
    let title: String
    let count: String
    let members: [Row]
    let hasRules: Bool
    let rules: [Rule]
    let mayEdit: Bool
    let hasInvited: Bool
    let invited: [Expected]
    let hasDisabled: Bool
    let disabled: [KeptOut]
    let withdrawAction: String
    let rosterAction: String
    let accessLink: String
    let linksLink: String?
    let memberAction: String
    let ruleAction: String
    let accountsLink: String?
    let roles: [ProfilesPage.Choice]
    var trail: [Crumb]

    struct Row: Hashable, Sendable {
        let name: String
        let login: String
        let email: String
        let role: String
        let source: String
        let removeAction: String?
        let disableAction: String?
    }

    struct Expected: Hashable, Sendable {
        let person: String
        let role: String
        let since: Moment
    }

    struct KeptOut: Hashable, Sendable {
        let name: String
        let login: String
        let role: String
        let enableAction: String
    }

    struct Rule: Hashable, Sendable {
        let group: String
        let role: String
    }

    init(
        _ profile: Profile, members: [Member], rules: [GroupRule], invited: [Invitation], disabled: [Member],
        mayEdit: Bool, mayLetApplicationsIn: Bool, _ visit: Visit
    ) {
        let words = visit.words
        title = words("members.title")
        count = words.count("members.count", members.count)
        self.members = members.map {
            Row(
                name: $0.name, login: $0.login, email: $0.email, role: words("role.\($0.role.rawValue)"),
                source: words("member.source.\($0.source.rawValue)"),
                removeAction: mayEdit && $0.source == .manual
                    ? Address.memberRemoval(profile.name, login: $0.login).path : nil,
                disableAction: mayEdit ? Address.memberDisabling(profile.name, login: $0.login).path : nil)
        }
        hasInvited = !invited.isEmpty
        self.invited = invited.map {
            Expected(person: $0.person, role: words("role.\($0.role.rawValue)"), since: visit.moment($0.invitedAt))
        }
        hasDisabled = !disabled.isEmpty
        self.disabled = disabled.map {
            KeptOut(
                name: $0.name, login: $0.login, role: words("role.\($0.role.rawValue)"),
                enableAction: Address.memberEnabling(profile.name, login: $0.login).path)
        }
        withdrawAction = Address.invitationWithdrawal(profile.name).path
        rosterAction = Address.roster(profile.name).path
        accessLink = Address.access(profile.name).path
        linksLink = mayEdit ? Address.invitationLinks(profile.name).path : nil
        self.rules = rules.map { Rule(group: $0.group, role: words("role.\($0.role.rawValue)")) }
        hasRules = !rules.isEmpty
        self.mayEdit = mayEdit
        memberAction = Address.members(profile.name).path
        ruleAction = Address.groupRules(profile.name).path
        accountsLink = mayLetApplicationsIn ? Address.serviceAccounts(profile.name).path : nil
        roles = ProfileDesk.grantable.map { .init(value: $0.rawValue, meaning: words("role.\($0.rawValue)")) }
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }
}
