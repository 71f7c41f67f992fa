/// How much of everything a profile, or one member of it, may use. What has no limit is left out.
package struct Quota: Hashable, Sendable {
    /// What is counted.
    package enum Unit: String, Sendable, Codable, CaseIterable {
        /// Models that are not retired.
        case models
        /// Models that run. Each claims its place when it is made and frees it when it is retired.
        case instances
        /// Thousandths of a core, claimed by those instances.
        case cpu
        /// Bytes, claimed by those instances.
        case memory
        /// Bytes of everything ever handed in.
        case storage
        /// Hand-ins in any 24 hours.
        case submissionsPerDay = "submissions-per-day"
        /// Requests to models and services. Nothing keeps count of them: the gateway lets no more through.
        case requestsPerSecond = "requests-per-second"
    }

    package var limits: [Unit: Int64]

    package init(_ limits: [Unit: Int64] = [:]) { self.limits = limits }

    package subscript(unit: Unit) -> Int64? { limits[unit] }

    /// - Throws: `invalidRequest` for what nobody can have.
    package func validate() throws(BedelError) {
        for (unit, limit) in limits where limit < 0 || limit > 1 << 50 {
            throw BedelError(
                .invalidRequest, "“\(limit)” is no limit for \(unit.rawValue).", next: "Use 0 or more, or no limit.")
        }
    }
}

/// What is used now, by the same units.
package struct Usage: Hashable, Sendable {
    package var amounts: [Quota.Unit: Int64]

    package init(_ amounts: [Quota.Unit: Int64] = [:]) { self.amounts = amounts }

    package subscript(unit: Quota.Unit) -> Int64 { amounts[unit] ?? 0 }

    /// - Parameter models: how many are not retired; each claims one instance in `envelope`.
    package init(models: Int64, storage: Int64, submissions: Int64, envelope: Envelope) {
        self.init([
            .models: models, .instances: models, .cpu: models * Int64(envelope.cpuMillicores),
            .memory: models * envelope.memory, .storage: storage, .submissionsPerDay: submissions,
        ])
    }
}

/// Whose limits: of the profile as a whole, of every member alike, or of one member (which stands above "every member").
package enum QuotaHolder: Hashable, Sendable {
    case profile
    case everyMember
    case member(User.ID)
}

/// A limit beside what is used of it.
package struct Allowance: Hashable, Sendable {
    package let quota: Quota
    package let usage: Usage

    package init(quota: Quota, usage: Usage) {
        self.quota = quota
        self.usage = usage
    }
}
