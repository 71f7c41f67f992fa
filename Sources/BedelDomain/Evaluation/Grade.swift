/// What one student takes home from a round.
package struct Grade: Hashable, Sendable {
    /// Why the grade is what it is.
    package enum Reason: Hashable, Sendable {
        /// The best of their models.
        case scored(RoundEntry, Scores)
        /// None of their models gave a score, and that was the models' own fault; the last entry of the round's order.
        case modelFault(RoundEntry, Fault)
        /// No score, and at least one of their models never had a fair chance: our fault, never a zero.
        case platformFault(RoundEntry, Fault)
        case nothingHandedIn
    }

    package let user: User.ID
    package let login: String
    package let email: String
    package let reason: Reason
    /// Hundredths of a point, 0 to 10,000; nil is "no grade", which is not a zero.
    package let hundredths: Int?

    package init(user: User.ID, login: String, email: String, reason: Reason, hundredths: Int?) {
        self.user = user
        self.login = login
        self.email = email
        self.reason = reason
        self.hundredths = hundredths
    }

    /// Points of 100 with two decimals and a point, as Moodle reads them in every language; empty for no grade.
    package var points: String {
        guard let hundredths else { return "" }
        let cents = hundredths % 100
        return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}
