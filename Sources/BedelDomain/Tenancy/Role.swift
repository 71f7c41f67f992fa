/// What a member is in one profile. `admin` alone is platform-wide and is never stored as a membership.
package enum Role: String, Sendable, Codable, CaseIterable, Hashable {
    case student
    case assistant
    case teacher
    /// May only call models.
    case consumer
    case admin
}
