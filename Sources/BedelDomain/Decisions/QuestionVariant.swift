/// The same question with one thing changed: the asker's role, whose the thing is, or the credential.
struct QuestionVariant {
    /// What was changed, as the start of a sentence: `As assistant of ml-2026`.
    let words: String
    let question: Question

    /// What would turn the answer round, one sentence each.
    static func changes(of question: Question, by authorizer: some Authorizer) -> [String] {
        guard let principal = question.principal else { return [] }
        let isAllowed = authorizer.decide(question).isAllowed
        return
            (credentials(question, principal) + owners(question, principal) + roles(question, principal)
            + states(question))
            .filter { authorizer.decide($0.question).isAllowed != isAllowed }
            .map { "\($0.words) it would be \(isAllowed ? "refused" : "allowed")." }
    }

    private static func credentials(_ question: Question, _ principal: Principal) -> [QuestionVariant] {
        let scope = question.action.scope
        guard case .accessToken(let id, let scopes) = principal.proof else {
            return []
        }
        let isIn = scopes.contains(scope)
        let changed = isIn ? scopes.subtracting([scope]) : scopes.union([scope])
        return [
            QuestionVariant(
                words: "With a token that \(isIn ? "lacks" : "also has") the scope “\(scope.rawValue)”",
                question: question.asked(by: principal.with(proof: .accessToken(id, changed)))),
            QuestionVariant(
                words: "Signed in, without a token,", question: question.asked(by: principal.with(proof: .system))),
        ]
    }

    private static func owners(_ question: Question, _ principal: Principal) -> [QuestionVariant] {
        let resource = question.resource
        guard resource.kind == .model || resource.kind == .token else { return [] }
        let isOwn = resource.owner == principal.user
        let changed = Resource(
            resource.kind, resource.name, profile: resource.profile, owner: isOwn ? nil : principal.user,
            state: resource.state)
        return [
            QuestionVariant(
                words: "If the \(resource.kind.rawValue) were \(isOwn ? "somebody else's" : "their own")",
                question: Question(principal, question.action, changed))
        ]
    }

    private static func states(_ question: Question) -> [QuestionVariant] {
        guard let state = question.resource.state, state != .active else { return [] }
        return [
            QuestionVariant(
                words: "If the profile were active",
                question: Question(question.principal, question.action, question.resource.whose(profileIs: .active)))
        ]
    }

    private static func roles(_ question: Question, _ principal: Principal) -> [QuestionVariant] {
        let profile = question.resource.profile
        return Role.allCases.filter { $0 == .admin || profile != nil }.compactMap { role in
            let changed = principal.having(role, in: profile)
            guard changed.roles(in: profile) != principal.roles(in: profile) else { return nil }
            let place = role == .admin ? "" : profile.map { " of \($0)" } ?? ""
            return QuestionVariant(words: "As \(role.rawValue)\(place)", question: question.asked(by: changed))
        }
    }
}

extension Question {
    fileprivate func asked(by principal: Principal) -> Question { Question(principal, action, resource) }
}

extension Principal {
    fileprivate func with(proof: Proof) -> Principal {
        Principal(
            user: user, login: login, name: name, email: email, groups: groups, isAdmin: isAdmin, roles: roles,
            proof: proof, authentication: authentication)
    }

    /// With this role alone in the profile.
    fileprivate func having(_ role: Role, in profile: Label?) -> Principal {
        var roles = roles
        if let profile { roles[profile] = role == .admin ? nil : role }
        return Principal(
            user: user, login: login, name: name, email: email, groups: groups, isAdmin: role == .admin, roles: roles,
            proof: proof, authentication: authentication)
    }
}
