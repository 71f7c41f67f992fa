internal import BedelDomain

/// A token somebody wants, checked: the same rules for the page and the API.
struct TokenOrder: Hashable, Sendable {
    static let days = 1...366
    static let usualDays = 90
    let name: String
    let scopes: Set<Scope>
    let lifetime: Duration

    /// - Throws: `invalidRequest` for a name over 60 characters, no scope or an unknown one, or days out of range.
    init(name: String, scopes: [String], days: Int?) throws(BedelError) {
        guard !name.trimmed.isEmpty, name.count <= 60 else {
            throw BedelError(
                .invalidRequest, "A token needs a name of 1 to 60 characters.",
                next: "Say what it is for, like “my laptop”.")
        }
        var known: Set<Scope> = []
        for scope in scopes {
            guard let scope = Scope(rawValue: scope) else {
                throw BedelError(
                    .invalidRequest, "“\(scope.prefix(20))” is no scope.",
                    next: "Use some of: \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            known.insert(scope)
        }
        guard !known.isEmpty else {
            throw BedelError(
                .invalidRequest, "A token without a scope can do nothing.", next: "Tick at least one scope.")
        }
        let days = days ?? Self.usualDays
        guard Self.days.contains(days) else {
            throw BedelError(
                .invalidRequest, "A token lives 1 to 366 days.", next: "Choose a number of days in that range.")
        }
        self.name = name.trimmed
        self.scopes = known
        lifetime = .seconds(days * 86_400)
    }
}
