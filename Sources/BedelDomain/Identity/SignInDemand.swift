/// What has to be true of a sign-in, beyond that there was one: how fresh, and how strong.
package struct SignInDemand: Hashable, Sendable {
    /// The longest time since the person proved who they are, in whole seconds (`max_age`).
    package let maximumAge: Duration?
    /// Any of these levels will do (`acr_values`), the best first; empty: every one will.
    package let levels: [String]

    /// - Returns: nil when it demands nothing, or something nobody can mean: levels with blanks or control characters in
    ///   them, more than ten of them, an age that is negative.
    package init?(maximumAge: Duration?, levels: [String]) {
        guard maximumAge != nil || !levels.isEmpty, maximumAge ?? .zero >= .zero, levels.count <= 10,
            levels.allSatisfy({ (1...100).contains($0.utf8.count) && $0.utf8.allSatisfy { $0 > 32 && $0 < 127 } })
        else { return nil }
        self.maximumAge = maximumAge
        self.levels = levels
    }

    /// From the two fields, as OpenID Connect Core (section 3.1.2.1) and RFC 9470 write them.
    package init?(maxAge: String?, levels: String?) {
        let seconds = maxAge.map { $0.utf8.count <= 9 ? UInt32($0) : nil }
        if case .some(.none) = seconds { return nil }
        self.init(
            maximumAge: seconds.flatMap { $0 }.map { .seconds(Int64($0)) },
            levels: levels.map { $0.split(separator: " ").map(String.init) } ?? [])
    }

    /// The levels in one text; nil when every one will do.
    package var levelText: String? { levels.isEmpty ? nil : levels.joined(separator: " ") }

    /// The same two fields, those that are there, always in the same order.
    package var fields: [(name: String, value: String)] {
        let age = maximumAge.map { String($0.components.seconds) }
        return [("acr_values", levelText), ("max_age", age)].compactMap { name, value in value.map { (name, $0) } }
    }

    /// What a program is told in `WWW-Authenticate` (RFC 9470, section 3), without the scheme and the realm.
    package var challenge: String {
        (["error=\"insufficient_user_authentication\""] + fields.map { "\($0.name)=\"\($0.value)\"" })
            .joined(separator: ", ")
    }
}

extension BedelError {
    /// Somebody is signed in, but not freshly or strongly enough for this.
    package static func signInAgain(_ demand: SignInDemand) -> BedelError {
        BedelError(
            .signInAgain, "This needs a sign-in that is fresher or stronger than yours.",
            next: "Sign in again and do it once more. With an access token it cannot be done.",
            arguments: Dictionary(uniqueKeysWithValues: demand.fields.map { ($0.name, $0.value) }))
    }

    /// What a `signInAgain` demands; nil for every other.
    package var signInDemand: SignInDemand? {
        guard code == .signInAgain else { return nil }
        return SignInDemand(maxAge: arguments["max_age"], levels: arguments["acr_values"])
    }
}
