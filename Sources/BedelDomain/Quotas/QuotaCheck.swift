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
            let used = "\(Self.amount(allowance.usage[unit], unit)) of \(Self.amount(limit, unit))"
            throw BedelError(
                .quotaExceeded,
                "\(used) \(Self.noun(unit)) used\(isOneMember ? " by you" : " in this profile"); "
                    + "this needs \(need[unit] == 1 ? "one" : Self.amount(need[unit], unit)) more.",
                next: advice(unit),
                arguments: [
                    "used": Self.amount(allowance.usage[unit], unit), "limit": Self.amount(limit, unit),
                    "need": Self.amount(need[unit], unit), "unit": unit.rawValue,
                ])
        }
    }

    private func advice(_ unit: Quota.Unit) -> String {
        let names = helpers.prefix(3).joined(separator: " or ")
        let ask = "ask \(names.isEmpty ? "an admin" : names) for more"
        switch unit {
        case .models, .instances, .cpu, .memory:
            guard !retirable.isEmpty else { return "\(ask.prefix(1).uppercased())\(ask.dropFirst())." }
            let list = retirable.prefix(5).map { "“\($0)”" }.joined(separator: ", ")
            return "Retire \(retirable.count == 1 ? "" : "one of ")\(list), or \(ask)."
        case .submissionsPerDay: return "Wait until tomorrow, or \(ask)."
        case .storage: return "Hand in something smaller, or \(ask)."
        }
    }

    private static func noun(_ unit: Quota.Unit) -> String {
        switch unit {
        case .models: "models"
        case .instances: "running instances"
        case .cpu: "of CPU"
        case .memory: "of memory"
        case .storage: "of storage"
        case .submissionsPerDay: "hand-ins of the last 24 hours"
        }
    }

    private static func amount(_ value: Int64, _ unit: Quota.Unit) -> String {
        switch unit {
        case .models, .instances, .submissionsPerDay: "\(value)"
        case .cpu: value % 1000 == 0 ? "\(value / 1000) cores" : "\(value) thousandths of a core"
        case .memory, .storage:
            value >= 1 << 20 && value % (1 << 20) == 0 ? "\(value >> 20) MiB" : "\(value) bytes"
        }
    }
}
