/// What an access token may be used for. A token never does more than both its scopes and its owner allow.
package enum Scope: String, Sendable, Codable, CaseIterable, Hashable {
    /// Look at models, logs, rounds.
    case read
    /// Hand models in, by API and by git.
    case submit
    /// Call endpoints.
    case predict
    /// Set assignments, run rounds, take grades out.
    case evaluate
    /// Everything else its owner may do.
    case manage
}
