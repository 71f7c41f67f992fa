internal import BedelDomain

/// What is asked, and where.
struct HealthTarget: Hashable, Sendable {
    let address: Instance.Address
    let path: String
}

/// What active health checks have shown. A value: answers in, changes of opinion out. Everything is well until it has
/// failed to answer so and so often in a row, and ill until it has answered so often.
struct HealthTable: Sendable {
    private struct Record {
        var isUp = true
        var against = 0
    }

    private let rise: Int
    private let fall: Int
    private var records: [HealthTarget: Record] = [:]

    init(_ settings: UpstreamSettings) {
        rise = settings.rise
        fall = settings.fall
    }

    /// - Parameter answers: of one turn, of all that were asked; what is not among them is forgotten.
    /// - Returns: whose state is another now.
    mutating func note(_ answers: [HealthTarget: Bool]) -> [Instance.Address: Bool] {
        records = records.filter { answers[$0.key] != nil }
        var changes: [Instance.Address: Bool] = [:]
        for (target, isGood) in answers {
            var record = records[target] ?? Record()
            record.against = isGood == record.isUp ? 0 : record.against + 1
            if record.against >= (record.isUp ? fall : rise) {
                record = Record(isUp: isGood)
                changes[target.address] = isGood
            }
            records[target] = record
        }
        return changes
    }
}
