internal import Cedar

/// What a check of a set of policies found: all that is wrong with it, and what is in it.
package struct PolicyReview: Sendable {
    /// Something wrong or suspicious, with its place.
    package struct Finding: Sendable, Hashable {
        /// `teacher.cedar:12:5: expected ...`; without a place when it is about the set as a whole.
        package let summary: String
        /// The summary, the line it is about, and a mark under the column.
        package let excerpt: String
    }

    /// A policy that is in the set.
    package struct Entry: Sendable, Hashable {
        package let id: String
        /// `permit` or `forbid`.
        package let effect: String
        package let file: String
        package let line: Int
    }

    /// A set with one of these never comes into force.
    package let problems: [Finding]
    /// Policies that can never apply.
    package let warnings: [Finding]
    /// In the order of the files; empty when they cannot be read.
    package let entries: [Entry]
    /// What the set decides with; nil when there are problems.
    let parts: Parts?

    /// One object, so that swapping a set for another while it is asked counts one reference.
    final class Parts: Sendable {
        let policies: PolicySet
        /// The actions with the groups they are in.
        let actions: EntityStore
        /// By the id of a `forbid`.
        let reasons: [String: Decision.Reason]
        /// By the id of a `forbid` that a better sign-in does away with.
        let demands: [String: SignInDemand]

        init(policies: PolicySet, actions: EntityStore) {
            self.policies = policies
            self.actions = actions
            reasons = Self.byID(policies, \.reason)
            demands = Self.byID(policies, \.demand)
        }

        private static func byID<Fact>(_ policies: PolicySet, _ fact: (Policy) -> Fact?) -> [String: Fact] {
            Dictionary(policies.policies.map { ($0.id, fact($0)) }) { first, _ in first }.compactMapValues { $0 }
        }
    }

    package init(_ texts: PolicyTexts) {
        var problems: [Finding] = []
        let schema = Self.reading(&problems) { () throws(ParseErrors) in
            try Schema(parsing: [SourceText(texts.schema.text, name: texts.schema.name)])
        }
        let policies = Self.reading(&problems) { () throws(ParseErrors) in
            try PolicySet(parsing: texts.policies.map { SourceText($0.text, name: $0.name) })
        }
        var warnings: [Finding] = []
        if let schema { problems += Self.strangers(in: schema, named: texts.schema.name) }
        if let schema, let policies {
            let report = schema.validate(policies)
            problems += report.errors.map(Finding.init) + Self.misuses(in: policies)
            warnings = report.warnings.map(Finding.init)
        }
        let isGood = problems.isEmpty
        self.problems = problems
        self.warnings = warnings
        entries = policies?.policies.map(Entry.init) ?? []
        parts = isGood ? Self.parts(schema, policies) : nil
    }

    private static func parts(_ schema: Schema?, _ policies: PolicySet?) -> Parts? {
        guard let schema, let policies, let actions = try? EntityStore(schema.actionEntities) else { return nil }
        return Parts(policies: policies, actions: actions)
    }

    private static func reading<Part>(
        _ problems: inout [Finding], _ read: () throws(ParseErrors) -> Part
    ) -> Part? {
        do throws(ParseErrors) {
            return try read()
        } catch {
            problems += error.errors.map { Finding(summary: $0.description, excerpt: $0.excerpt) }
            return nil
        }
    }

    /// Where the schema and the program do not mean the same actions: one the schema forgot would be outside of every
    /// check and of every token's scopes.
    private static func strangers(in schema: Schema, named name: String) -> [Finding] {
        let scopes = Dictionary(uniqueKeysWithValues: Scope.allCases.map { (PolicyEntities.uid(of: $0), $0) })
        let declared = Dictionary(uniqueKeysWithValues: schema.actionEntities.map { ($0.uid, $0) })
        let known = Dictionary(uniqueKeysWithValues: Action.allCases.map { (PolicyEntities.uid(of: $0), $0) })
        let missing = Action.allCases.filter { declared[PolicyEntities.uid(of: $0)] == nil }
            .map { "the action “\($0)” is not declared" }
        let unknown = schema.actionUIDs.filter { !schema.principalTypes(of: $0).isEmpty && known[$0] == nil }
            .map { "Bedel has no action “\($0.id)”" }
        let unscoped = Action.allCases.filter { action in
            guard let entity = declared[PolicyEntities.uid(of: action)] else { return false }
            return Set(entity.parents.compactMap { scopes[$0] }) != [action.scope]
        }.map { "“\($0)” has to be in the group “\($0.scope.rawValue)”, the scope it needs, and in no other scope's" }
        return (missing + unknown + unscoped).map { Finding(summary: "\(name): \($0)", excerpt: "\(name): \($0)") }
    }

    /// What is good Cedar and means nothing here.
    private static func misuses(in policies: PolicySet) -> [Finding] {
        let templates = policies.templates.map { Finding($0, "a template: nothing here fills its slots") }
        let reasons = policies.policies.filter { policy in
            policy.annotations["reason"] != nil && policy.reason == nil && !policy.asksForSignIn
        }.map {
            Finding(
                $0,
                "`@reason` takes “scope”, “role”, “not-a-member”, “suspended”, “archived” or “sign-in”, and only on a `forbid`"
            )
        }
        let demands = policies.policies.filter { policy in
            policy.asksForSignIn
                ? policy.demand == nil : !policy.annotations.keys.allSatisfy { !Policy.demands.contains($0) }
        }.map {
            Finding(
                $0,
                "`@reason(\"sign-in\")` goes with `@max_age(\"15m\")` (whole seconds) or `@acr_values(\"gold\")`, or both, and they with it"
            )
        }
        return templates + reasons + demands
    }
}

extension PolicyReview.Finding {
    fileprivate init(_ issue: ValidationIssue) {
        self.init(summary: issue.description, excerpt: issue.excerpt)
    }

    fileprivate init(_ policy: Policy, _ message: String) {
        let summary = "\(policy.source.name):\(policy.position): policy \"\(policy.id)\": \(message)"
        self.init(summary: summary, excerpt: summary)
    }
}

extension PolicyReview.Entry {
    fileprivate init(_ policy: Policy) {
        self.init(id: policy.id, effect: policy.effect.rawValue, file: policy.source.name, line: policy.position.line)
    }
}

extension SignInDemand {
    /// A length of time as policies write it (`1h30m`), in whole seconds and not negative; nil when it is anything else.
    package static func span(_ text: String) -> Duration? {
        guard let span = Value.Duration(Text(text)), span.milliseconds >= 0, span.milliseconds % 1000 == 0 else {
            return nil
        }
        return .milliseconds(span.milliseconds)
    }
}

extension Policy {
    /// What a `forbid` says it refuses for, in its `@reason`.
    fileprivate var reason: Decision.Reason? {
        guard effect == .forbid, let reason = annotations["reason"].flatMap(Decision.Reason.init(rawValue:)) else {
            return nil
        }
        return reason == .anonymous ? nil : reason
    }

    fileprivate static let demands: Set<String> = ["max_age", "acr_values"]

    fileprivate var asksForSignIn: Bool { effect == .forbid && annotations["reason"] == Decision.signInReason }

    /// What kind of sign-in lifts it; nil when none does, or when what it says of that cannot be read.
    fileprivate var demand: SignInDemand? {
        guard asksForSignIn else { return nil }
        let age = annotations["max_age"].map { SignInDemand.span($0) }
        if case .some(.none) = age { return nil }
        return SignInDemand(
            maximumAge: age ?? nil,
            levels: (annotations["acr_values"] ?? "").split(separator: " ").map(String.init))
    }
}
