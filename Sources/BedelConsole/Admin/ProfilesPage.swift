internal import BedelDomain

struct ProfilesPage: Page {
    static let template = "admin-profiles"
    let title: String
    let tabs: [AdminTab]
    let action: String
    let kinds: [Choice]
    let profiles: [Row]
    let hasProfiles: Bool
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
        let created: Moment
    }

    init(_ profiles: [Profile], _ visit: Visit) {
        let words = visit.words
        title = words("admin.profiles")
        tabs = AdminTab.all(.profiles, words)
        action = Address.admin(.profiles).path
        kinds = Profile.Kind.allCases.map { Choice(value: $0.rawValue, meaning: words("kind.\($0.rawValue)")) }
        self.profiles = profiles.map {
            Row(
                name: $0.name.rawValue, title: $0.title, link: Address.profile($0.name).path,
                membersLink: Address.members($0.name).path, kind: words("kind.\($0.kind.rawValue)"),
                created: visit.moment($0.createdAt))
        }
        hasProfiles = !profiles.isEmpty
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
    }

    struct Rule: Hashable, Sendable {
        let group: String
        let role: String
    }

    init(
        _ profile: Profile, members: [Member], rules: [GroupRule], mayEdit: Bool, mayLetApplicationsIn: Bool,
        _ visit: Visit
    ) {
        let words = visit.words
        title = words("members.title")
        count = words.count("members.count", members.count)
        self.members = members.map {
            Row(
                name: $0.name, login: $0.login, email: $0.email, role: words("role.\($0.role.rawValue)"),
                source: words("member.source.\($0.source.rawValue)"),
                removeAction: mayEdit && $0.source == .manual
                    ? Address.memberRemoval(profile.name, login: $0.login).path : nil)
        }
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
