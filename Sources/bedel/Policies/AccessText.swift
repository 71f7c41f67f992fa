import BedelDomain

/// What one person may do in a profile, for a terminal: login, role, action, on their own, on others', in columns that
/// tabs divide, so that `grep` and `cut` read them too.
struct AccessText {
    let text: String

    init(_ person: Principal, in profile: Profile, _ table: AccessTable) {
        let roles = person.roles(in: profile.name).map(\.rawValue).sorted().joined(separator: "+")
        text = table.lines.map { line in
            [
                person.login, roles.isEmpty ? "none" : roles, line.action.rawValue, "own: \(Self.words(line.onOwn))",
                "others': \(Self.words(line.onOthers))",
            ].joined(separator: "\t")
        }.joined(separator: "\n")
    }

    private static func words(_ decision: Decision) -> String {
        switch decision {
        case .allow(let policy): "yes (\(policy))"
        case .signInAgain: "yes, after signing in again"
        case .deny(let reason): "no (\(reason.rawValue))"
        }
    }
}
