/// What a roster would do, or did, line by line.
package struct RosterPlan: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        case added
        case changed(from: Role)
        case unchanged
        /// Nobody of that name has signed in yet; they become a member when they do.
        case invited
        case problem(RosterProblem)

        /// For programs, and for the locale files.
        package var word: String {
            switch self {
            case .added: "added"
            case .changed: "changed"
            case .unchanged: "unchanged"
            case .invited: "invited"
            case .problem: "problem"
            }
        }
    }

    package struct Outcome: Hashable, Sendable {
        package let line: Int
        /// Empty when nobody is named.
        package let person: String
        package let role: Role?
        package let effect: Effect
        /// Who it is, when they are known.
        package let user: User.ID?
    }

    /// Somebody the roster may mean.
    package struct Known: Hashable, Sendable {
        package let user: User.ID
        package let login: String
        package let email: String
        /// Set by hand in this profile.
        package let role: Role?

        package init(user: User.ID, login: String, email: String, role: Role?) {
            self.user = user
            self.login = login
            self.email = email
            self.role = role
        }
    }

    package let outcomes: [Outcome]

    /// - Parameters:
    ///   - invited: who is expected already, as what.
    package init(_ roster: Roster, known: [Known], invited: [String: Role]) {
        let byLogin = Dictionary(grouping: known) { $0.login.lowercased() }
        let byMail = Dictionary(grouping: known) { $0.email.lowercased() }
        var taken: Set<User.ID> = []
        outcomes = roster.lines.map { line in
            let (person, role): (String, Role)
            switch line.entry {
            case .person(let named, let wanted): (person, role) = (named, wanted)
            case .problem(let problem):
                return Outcome(line: line.number, person: "", role: nil, effect: .problem(problem), user: nil)
            }
            let found = byLogin[person] ?? byMail[person] ?? []
            func outcome(_ effect: Effect, _ user: User.ID? = nil) -> Outcome {
                Outcome(line: line.number, person: person, role: role, effect: effect, user: user)
            }
            guard found.count <= 1 else { return outcome(.problem(.severalPeople(person))) }
            guard let one = found.first else { return outcome(invited[person] == role ? .unchanged : .invited) }
            guard taken.insert(one.user).inserted else {
                return outcome(.problem(.samePerson(person)))
            }
            guard let before = one.role else { return outcome(.added, one.user) }
            return outcome(before == role ? .unchanged : .changed(from: before), one.user)
        }
    }

    package var problemCount: Int { outcomes.count { $0.effect.word == "problem" } }
}
