/// A policy's answer, with the reason: the screen that is shown is chosen from the reason.
package enum Decision: Hashable, Sendable {
    /// `policy`: the name of the rule that allowed it.
    case allow(policy: String)
    case deny(Reason)
    /// It would be allowed to the same person after such a sign-in.
    case signInAgain(SignInDemand)

    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Nobody is signed in, and somebody would have to be.
        case anonymous
        /// The token's scopes do not cover it.
        case scope
        /// They are no member of that profile (shown as "not found", so that names cannot be fished for).
        case notAMember = "not-a-member"
        /// They are, but no rule allows this.
        case role
        /// The profile pauses.
        case suspended
        /// The profile is over.
        case archived

        /// Whether it says that there is such a profile, which is for its members.
        var tellsOfProfile: Bool { self == .suspended || self == .archived }
    }

    /// Why not, in a word, for the audit trail; nil when it is allowed.
    package var refusal: String? {
        switch self {
        case .allow: nil
        case .deny(let reason): reason.rawValue
        case .signInAgain: Self.signInReason
        }
    }

    /// What a policy's `@reason` says for ``signInAgain(_:)``.
    package static let signInReason = "sign-in"

    package var isAllowed: Bool {
        if case .allow = self { true } else { false }
    }
}
