/// Whether one more fits, answered like a shopkeeper: what is used, what this needs, and what to do about it.
package struct QuotaCheck: Sendable {
    /// Nil for the profile as a whole.
    package let isOneMember: Bool
    package let allowance: Allowance
    /// What could be retired to make room, by name.
    package let retirable: [Label]
    /// Who may be asked, by login.
    package let helpers: [String]

    package init(isOneMember: Bool, allowance: Allowance, retirable: [Label], helpers: [String]) {
        self.isOneMember = isOneMember
        self.allowance = allowance
        self.retirable = retirable
        self.helpers = helpers
    }

    /// - Throws: `quotaExceeded` for the first unit that would go over its limit.
    package func require(_ need: Usage) throws(BedelError) {
        for unit in Quota.Unit.allCases where need[unit] > 0 {
            guard let limit = allowance.quota[unit], allowance.usage[unit] + need[unit] > limit else { continue }
            throw refusal(unit, limit: limit, need: need[unit])
        }
    }

    /// The arguments are what a page needs to say the same in another language.
    private func refusal(_ unit: Quota.Unit, limit: Int64, need: Int64) -> BedelError {
        let used = Self.amount(allowance.usage[unit], unit)
        let most = Self.amount(limit, unit)
        let more = need == 1 ? "one" : Self.amount(need, unit)
        let advice = advice(unit)
        return BedelError(
            .quotaExceeded,
            "\(used) of \(most) \(Self.noun(unit)) used\(isOneMember ? " by you" : " in this profile"); "
                + "this needs \(more) more.",
            next: sentence(advice),
            arguments: [
                "unit": unit.rawValue, "used": used, "limit": most, "need": Self.amount(need, unit),
                "advice": advice == .retire && retirable.count == 1 ? "retire-one" : advice.rawValue, "models": list,
                "retirable": retirable.prefix(5).map(\.rawValue).joined(separator: " "),
                "helpers": helpers.prefix(3).joined(separator: ", "),
            ].filter { !$0.value.isEmpty })
    }

    /// What the one who is refused can do.
    private enum Advice: String {
        case retire, wait, shrink, ask
    }

    private func advice(_ unit: Quota.Unit) -> Advice {
        switch unit {
        case .models, .instances, .cpu, .memory: retirable.isEmpty ? .ask : .retire
        case .submissionsPerDay, .requestsPerSecond: .wait
        case .storage: .shrink
        }
    }

    private func sentence(_ advice: Advice) -> String {
        let names = helpers.prefix(3).joined(separator: " or ")
        let ask = "ask \(names.isEmpty ? "an admin" : names) for more"
        return switch advice {
        case .retire: "Retire \(retirable.count == 1 ? "" : "one of ")\(list), or \(ask)."
        case .wait: "Wait until tomorrow, or \(ask)."
        case .shrink: "Hand in something smaller, or \(ask)."
        case .ask: "\(ask.prefix(1).uppercased())\(ask.dropFirst())."
        }
    }

    private var list: String { retirable.prefix(5).map { "“\($0)”" }.joined(separator: ", ") }

    private static func noun(_ unit: Quota.Unit) -> String {
        switch unit {
        case .models: "models"
        case .instances: "running instances"
        case .cpu: "cores"
        case .memory: "of memory"
        case .storage: "of storage"
        case .submissionsPerDay: "hand-ins of the last 24 hours"
        case .requestsPerSecond: "requests a second"
        }
    }

    /// Without words, so that it stands in every language.
    private static func amount(_ value: Int64, _ unit: Quota.Unit) -> String {
        switch unit {
        case .models, .instances, .submissionsPerDay, .requestsPerSecond: return "\(value)"
        case .cpu:
            let part = String(value % 1000 + 1000).dropFirst()
            return value % 1000 == 0 ? "\(value / 1000)" : "\(value / 1000).\(part)"
        case .memory, .storage:
            return value >= 1 << 20 && value % (1 << 20) == 0 ? "\(value >> 20) MiB" : "\(value) B"
        }
    }
}
