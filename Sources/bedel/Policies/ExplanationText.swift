import BedelDomain

/// An explanation for a person at a terminal.
struct ExplanationText {
    let text: String

    init(_ question: Question, _ explanation: PolicyExplanation) {
        var paragraphs = [Self.head(question) + "\n" + Self.answer(explanation.decision)]
        paragraphs.append(Self.deciding(explanation))
        if explanation.deciding.isEmpty, !explanation.permits.isEmpty {
            paragraphs.append(Self.paragraph("Nearly allowed by", explanation.permits.map(Self.miss)))
        }
        if !explanation.skipped.isEmpty {
            paragraphs.append(
                Self.paragraph("Left out, because they could not be evaluated", explanation.skipped.map(Self.miss)))
        }
        paragraphs.append(
            Self.paragraph(
                "What would change it",
                explanation.changes.isEmpty ? ["No other role, owner or token."] : explanation.changes))
        text = paragraphs.joined(separator: "\n\n")
    }

    private static func head(_ question: Question) -> String {
        let who = question.principal.map(describe(in: question.resource.profile)) ?? "Nobody (not signed in)"
        var whose = ""
        if question.resource.kind == .model || question.resource.kind == .token {
            whose = question.resource.owner == question.principal?.user ? " (their own)" : " (somebody else's)"
        }
        return "\(who): \(question.action) on \(question.resource)\(whose)"
    }

    private static func describe(in profile: Label?) -> (Principal) -> String {
        { principal in
            let roles = principal.roles(in: profile).map(\.rawValue).sorted()
            let standing = roles.isEmpty ? "no role there" : roles.joined(separator: " and ")
            guard case .accessToken(_, let scopes) = principal.proof else { return "\(principal.login) (\(standing))" }
            let names = scopes.map(\.rawValue).sorted().joined(separator: ", ")
            return "\(principal.login) (\(standing)), with a token for \(names)"
        }
    }

    private static func answer(_ decision: Decision) -> String {
        switch decision {
        case .allow: "Allowed."
        case .deny(.anonymous): "Refused: they have to sign in."
        case .deny(.scope): "Refused: the token's scopes do not cover it."
        case .deny(.notAMember): "Refused: they have no role there (shown to them as “not found”)."
        case .signInAgain(let demand):
            "Refused until they sign in again\(demand.fields.map { ", \($0.name) \($0.value)" }.joined())."
        case .deny(.role): "Refused: their role does not allow it."
        case .deny(.suspended): "Refused: the profile is suspended."
        case .deny(.archived): "Refused: the profile is archived."
        }
    }

    private static func deciding(_ explanation: PolicyExplanation) -> String {
        guard !explanation.deciding.isEmpty else { return "Decided by\n  no policy: what none permits is refused." }
        let lines = explanation.deciding.map { verdict in
            let body = verdict.text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { "    \($0)" }.joined(separator: "\n")
            return "\(verdict.effect) \(verdict.id) (\(verdict.place))\n\(body)"
        }
        return paragraph("Decided by", lines)
    }

    private static func miss(_ verdict: PolicyExplanation.Verdict) -> String {
        "\(verdict.effect) \(verdict.id) (\(verdict.place))\n    \(verdict.obstacle)"
    }

    private static func paragraph(_ title: String, _ lines: [String]) -> String {
        ([title] + lines.map { "  \($0)" }).joined(separator: "\n")
    }
}

extension PolicyExplanation {
    /// The permits that would have held but for one thing.
    fileprivate var permits: [Verdict] { nearMisses.filter { $0.effect == "permit" } }
}
