internal import BedelDomain

/// How much of one thing is used, as a bar and in words.
struct QuotaBar: Hashable, Sendable {
    let label: String
    /// “2 of 3”, or just how many when there is no limit.
    let text: String
    let hasLimit: Bool
    /// Whether anybody counts what is used of it.
    let isCounted: Bool
    let value: Int64
    let maximum: Int64
    let isFull: Bool

    /// One for every unit, those without a limit too.
    static func all(_ allowance: Allowance, _ words: Words) -> [QuotaBar] {
        Quota.Unit.allCases.filter { $0 != .requestsPerSecond || allowance.quota[$0] != nil }
            .map { QuotaBar($0, allowance, words) }
    }

    /// Only what has a limit.
    static func limited(_ allowance: Allowance, _ words: Words) -> [QuotaBar] {
        all(allowance, words).filter(\.hasLimit)
    }

    private init(_ unit: Quota.Unit, _ allowance: Allowance, _ words: Words) {
        let used = allowance.usage[unit]
        let limit = allowance.quota[unit]
        label = words("quota.\(unit.rawValue)")
        hasLimit = limit != nil
        isCounted = unit != .requestsPerSecond
        value = min(used, limit ?? used)
        // A bar of nothing is full.
        maximum = max(limit ?? max(used, 1), 1)
        isFull = isCounted && limit.map { used >= $0 } ?? false
        let counted = isCounted
        text =
            limit.map {
                words(
                    counted ? "quota.of" : "quota.at-most",
                    ["used": Self.used(used, of: $0, unit, words), "limit": Self.amount($0, unit, words)])
            } ?? Self.amount(used, unit, words)
    }

    /// In the unit of the limit, which alone says it; but for a limit that is less than can be seen in it.
    private static func used(_ used: Int64, of limit: Int64, _ unit: Quota.Unit, _ words: Words) -> String {
        isSmall(limit, unit) ? words.bytes(used) : number(used, unit, words)
    }

    /// Less than can be seen in MiB.
    private static func isSmall(_ value: Int64, _ unit: Quota.Unit) -> Bool {
        (unit == .memory || unit == .storage) && (1..<1 << 20).contains(value)
    }

    /// In the units that limits are written in. Without the unit, for “1 of 3 cores”.
    private static func number(_ value: Int64, _ unit: Quota.Unit, _ words: Words) -> String {
        let scale: Int64 =
            switch unit {
            case .models, .instances, .submissionsPerDay, .requestsPerSecond: 1
            case .cpu: 1000
            case .memory, .storage: 1 << 20
            }
        let isWhole = value % scale == 0 || value >= 100 * scale
        return words.decimal(Double(value) / Double(scale), digits: isWhole ? 0 : 1)
    }

    private static func amount(_ value: Int64, _ unit: Quota.Unit, _ words: Words) -> String {
        let number = number(value, unit, words)
        return switch unit {
        case .models, .instances, .submissionsPerDay, .requestsPerSecond: number
        case .cpu:
            value == 1000 ? words("quota.cores.one", ["count": number]) : words("quota.cores.other", ["count": number])
        case .memory, .storage: isSmall(value, unit) ? words.bytes(value) : "\(number) MiB"
        }
    }
}
