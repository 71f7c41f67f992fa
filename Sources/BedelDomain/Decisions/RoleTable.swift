/// The authorizer behind `policies/roles.table`: one line a rule, `<role> <action> [own]`, deny by default.
///
/// It is the only place where a role is compared with anything. The policy engine takes its place behind the same port.
package struct RoleTable: Authorizer {
    private struct Rule: Hashable, Sendable {
        let role: Role
        let action: Action
    }

    private enum Condition: Sendable { case always, own }

    private let rules: [Rule: Condition]

    /// - Throws: ``BedelError`` naming the line and what was expected there.
    package init(parsing text: String) throws(BedelError) {
        var rules: [Rule: Condition] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix(while: { $0 != "#" }).split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard !words.isEmpty else { continue }
            let (rule, condition) = try Self.rule(words.map(String.init), line: index + 1)
            guard rules.updateValue(condition, forKey: rule) == nil else {
                throw Self.error(index + 1, "“\(rule.role.rawValue) \(rule.action)” stands here a second time")
            }
        }
        self.rules = rules
    }

    package func decide(_ question: Question) -> Decision {
        guard let principal = question.principal else { return .deny(.anonymous) }
        if case .accessToken(_, let scopes) = principal.proof, !scopes.contains(question.action.scope) {
            return .deny(.scope)
        }
        let roles = principal.roles(in: question.resource.profile)
        let everyone = question.resource.profile == nil
        for role in roles.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let condition = rules[Rule(role: role, action: question.action)] else { continue }
            if condition == .own, question.resource.owner != principal.user { continue }
            return .allow(policy: "\(role.rawValue) \(question.action)")
        }
        if everyone, question.resource.owner == principal.user, question.resource.kind == .token {
            return .allow(policy: "owner \(question.action)")
        }
        return .deny(roles.isEmpty && !everyone ? .notAMember : .role)
    }

    private static func rule(_ words: [String], line: Int) throws(BedelError) -> (Rule, Condition) {
        guard words.count == 2 || words.count == 3 else {
            throw error(line, "a rule has a role, an action and perhaps “own”")
        }
        guard let role = Role(rawValue: words[0]) else { throw error(line, "“\(words[0])” is no role") }
        guard let action = Action(rawValue: words[1]) else { throw error(line, "“\(words[1])” is no action") }
        guard words.count == 3 else { return (Rule(role: role, action: action), .always) }
        guard words[2] == "own" else { throw error(line, "expected “own” or nothing, found “\(words[2])”") }
        return (Rule(role: role, action: action), .own)
    }

    private static func error(_ line: Int, _ what: String) -> BedelError {
        BedelError(
            .invalidRequest, "policies/roles.table, line \(line): \(what).", next: "Correct the line and start again.")
    }
}
