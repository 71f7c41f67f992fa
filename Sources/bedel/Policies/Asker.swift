import BedelDomain

/// Somebody made up to put a question to the policies.
struct Asker {
    enum Standing: Equatable {
        case role(Role)
        /// Signed in, and nothing in the profile.
        case stranger
        case anonymous
    }

    let standing: Standing
    /// With an access token of these scopes; nil without one.
    let scopes: Set<Scope>?
    /// In a session that was signed in like this; nil when that is not said.
    private var authentication: Authentication?

    /// Made up once: whoever owns what the asker does not.
    static let somebodyElse = User.ID.random(at: Timestamp(seconds: 0))
    private static let id = User.ID.random(at: Timestamp(seconds: 0))

    /// The asker in this profile, or nil when nobody is signed in.
    func principal(in profile: Label?) -> Principal? {
        switch standing {
        case .anonymous: nil
        case .stranger: principal([:], isAdmin: false)
        case .role(.admin): principal([:], isAdmin: true)
        case .role(let role): principal(profile.map { [$0: role] } ?? [:], isAdmin: false)
        }
    }

    private func principal(_ roles: [Label: Role], isAdmin: Bool) -> Principal {
        Principal(
            user: Self.id, login: "somebody", name: "Somebody", email: "", groups: [], isAdmin: isAdmin, roles: roles,
            proof: authentication == nil ? Self.proof(scopes) : .session(.random(at: Self.now)),
            authentication: authentication)
    }

    private static let now = Timestamp(seconds: 1_000_000_000)

    /// Asks in a session from now on.
    mutating func signIn(ago age: Duration?, level: String?) {
        authentication = Authentication(time: age.map { Self.now - $0 }, level: level, seenAt: Self.now)
    }

    static func proof(_ scopes: Set<Scope>?) -> Principal.Proof {
        scopes.map { .accessToken(.random(at: Timestamp(seconds: 0)), $0) } ?? .system
    }
}

extension Asker {
    /// `student`, ..., `admin`, `stranger` or `nobody`, as in a file of cases and on the command line.
    init(naming text: String, scopes: Set<Scope>?) throws(BedelError) {
        self.scopes = scopes
        if let role = Role(rawValue: text) {
            standing = .role(role)
        } else if text == "stranger" {
            standing = .stranger
        } else if text == "nobody" {
            standing = .anonymous
        } else {
            throw BedelError(
                .invalidRequest, "“\(text)” is nobody who could ask.",
                next: "Use \(Role.allCases.map(\.rawValue).joined(separator: ", ")), stranger or nobody.")
        }
    }
}

extension Action {
    init(naming text: String) throws(BedelError) {
        guard let action = Action(rawValue: text) else {
            throw BedelError(
                .invalidRequest, "“\(text)” is no action.",
                next: "The actions are \(Action.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self = action
    }
}

extension Scope {
    static func named(_ texts: [String]) throws(BedelError) -> Set<Scope> {
        var scopes: Set<Scope> = []
        for text in texts {
            guard let scope = Scope(rawValue: text) else {
                throw BedelError(
                    .invalidRequest, "“\(text)” is no scope.",
                    next: "The scopes are \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            scopes.insert(scope)
        }
        return scopes
    }
}

extension Resource.Kind {
    init(naming text: String) throws(BedelError) {
        guard let kind = Resource.Kind(rawValue: text) else {
            throw BedelError(
                .invalidRequest, "“\(text)” is no kind of resource.",
                next: "The kinds are \(Resource.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self = kind
    }
}
