internal import BedelDomain

/// A principal as claims and back. The names are those other programs know where there are such; ours carry `bedel_`.
enum PrincipalClaims {
    /// Bytes of group names in one assertion. It travels in a header, and somebody may be in hundreds of groups; those
    /// that do not fit are left out. Roles, by which Bedel decides, always go along.
    static let groupBudget = 4096

    static func claims(of principal: Principal) -> [String: JSONValue] {
        let roles = principal.roles.map { ($0.key.rawValue, JSONValue.string($0.value.rawValue)) }
        var claims: [String: JSONValue] = [
            "sub": .string(principal.user.rawValue),
            "preferred_username": .string(principal.login),
            "name": .string(principal.name),
            "email": .string(principal.email),
            "groups": .strings(groups(of: principal)),
            "bedel_admin": .bool(principal.isAdmin),
            "bedel_roles": .object(Dictionary(roles, uniquingKeysWith: { first, _ in first })),
            "bedel_proof": proof(principal.proof),
        ]
        // OpenID Connect Core 1.0, section 2.
        claims["auth_time"] = principal.authentication?.time.map { .integer($0.seconds) }
        claims["acr"] = principal.authentication?.level.map { .string($0) }
        return claims
    }

    /// Nil when anything is missing or of another form: we made it, so there is nothing to be lenient about.
    ///
    /// - Parameter now: what the age of a sign-in is counted to.
    static func principal(from claims: JSONValue, at now: Timestamp) -> Principal? {
        guard let user = claims["sub"]?.string.flatMap(User.ID.init), let login = claims["preferred_username"]?.string,
            let name = claims["name"]?.string, let email = claims["email"]?.string,
            let groups = claims["groups"]?.strings, let isAdmin = claims["bedel_admin"]?.bool,
            let roles = claims["bedel_roles"]?.object.flatMap(roles), let proof = claims["bedel_proof"].flatMap(proof)
        else { return nil }
        return Principal(
            user: user, login: login, name: name, email: email, groups: groups, isAdmin: isAdmin, roles: roles,
            proof: proof, authentication: authentication(claims, proof, at: now))
    }

    private static func authentication(
        _ claims: JSONValue, _ proof: Principal.Proof, at now: Timestamp
    ) -> Authentication? {
        guard case .session = proof else { return nil }
        return Authentication(
            time: claims["auth_time"]?.integer.map { Timestamp(seconds: $0) }, level: claims["acr"]?.string, seenAt: now
        )
    }

    private static func groups(of principal: Principal) -> some Sequence<String> {
        var left = groupBudget
        return principal.groups.prefix { group in
            left -= group.utf8.count
            return left >= 0
        }
    }

    private static func roles(_ members: [String: JSONValue]) -> [Label: Role]? {
        var roles: [Label: Role] = [:]
        for (name, value) in members {
            guard let label = Label(name), let role = value.string.flatMap(Role.init(rawValue:)) else { return nil }
            roles[label] = role
        }
        return roles
    }

    private static func proof(_ proof: Principal.Proof) -> JSONValue {
        switch proof {
        case .session(let id): ["kind": "session", "id": .string(id.rawValue)]
        case .accessToken(let id, let scopes):
            ["kind": "token", "id": .string(id.rawValue), "scopes": .strings(scopes.map(\.rawValue).sorted())]
        case .providerToken: ["kind": "provider"]
        case .system: ["kind": "system"]
        }
    }

    private static func proof(_ value: JSONValue) -> Principal.Proof? {
        switch value["kind"]?.string {
        case "session": return value["id"]?.string.flatMap(Session.ID.init).map(Principal.Proof.session)
        case "token":
            guard let id = value["id"]?.string.flatMap(AccessToken.ID.init), let names = value["scopes"]?.strings else {
                return nil
            }
            let scopes = names.compactMap(Scope.init(rawValue:))
            return scopes.count == names.count ? .accessToken(id, Set(scopes)) : nil
        case "provider": return .providerToken
        case "system": return .system
        default: return nil
        }
    }
}
