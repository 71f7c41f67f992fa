/// What language a model runs in.
package enum Runtime: String, Sendable, Codable, CaseIterable, Hashable { case python, r }
