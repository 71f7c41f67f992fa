internal import BedelDomain

/// Who the caller is.
struct MeRepresentation: Represented {
    static let name = "Me"
    static let members: [String: Schema] = [
        "id": .string, "login": .string, "name": .string, "email": .string, "is_admin": .boolean,
        "roles": .map(.string), "scopes": .optional(.array(.string)),
    ]
    let id: String
    let login: String
    let name: String
    let email: String
    let isAdmin: Bool
    let roles: [String: String]
    /// Of the access token at hand; absent in a session.
    let scopes: [String]?

    init(_ principal: Principal) {
        id = principal.user.rawValue
        login = principal.login
        name = principal.name
        email = principal.email
        isAdmin = principal.isAdmin
        roles = Dictionary(uniqueKeysWithValues: principal.roles.map { ($0.key.rawValue, $0.value.rawValue) })
        if case .accessToken(_, let scopes) = principal.proof {
            self.scopes = scopes.map(\.rawValue).sorted()
        } else {
            scopes = nil
        }
    }
}

struct ProfileRepresentation: Represented {
    static let name = "Profile"
    static let members: [String: Schema] = [
        "id": .string, "name": .string, "title": .string, "kind": .string, "state": .string, "created_at": .string,
        "role": .optional(.string),
    ]
    let id: String
    let name: String
    let title: String
    let kind: String
    let state: String
    let createdAt: String
    /// The caller's.
    let role: String?

    init(_ profile: Profile, for principal: Principal) {
        id = profile.id.rawValue
        name = profile.name.rawValue
        title = profile.title
        kind = profile.kind.rawValue
        state = profile.state.rawValue
        createdAt = profile.createdAt.description
        role = principal.roles[profile.name]?.rawValue
    }
}

struct TokenRepresentation: Represented {
    static let name = "Token"
    static let members: [String: Schema] = [
        "id": .string, "name": .string, "scopes": .array(.string), "created_at": .string, "expires_at": .string,
        "secret": .optional(.string),
    ]
    let id: String
    let name: String
    let scopes: [String]
    let createdAt: String
    let expiresAt: String
    /// Only in the answer to its creation.
    let secret: String?

    init(_ token: AccessToken, secret: String?) {
        id = token.id.rawValue
        name = token.name
        scopes = token.scopes.map(\.rawValue).sorted()
        createdAt = token.createdAt.description
        expiresAt = token.expiresAt.description
        self.secret = secret
    }
}

struct SessionRepresentation: Represented {
    static let name = "Session"
    static let members: [String: Schema] = [
        "id": .string, "host": .string, "remote_address": .optional(.string), "created_at": .string,
        "expires_at": .string, "is_current": .boolean,
    ]
    let id: String
    let host: String
    /// From where it was opened, when that is known.
    let remoteAddress: String?
    let createdAt: String
    let expiresAt: String
    /// Whether it is the one that asks.
    let isCurrent: Bool

    init(_ session: Session, isCurrent: Bool) {
        id = session.id.rawValue
        host = session.host
        remoteAddress = session.remoteAddress
        createdAt = session.createdAt.description
        expiresAt = session.expiresAt.description
        self.isCurrent = isCurrent
    }
}

struct GroupRuleRepresentation: Represented {
    static let name = "GroupRule"
    static let members: [String: Schema] = ["group": .string, "role": .string]
    let group: String
    let role: String

    init(_ rule: GroupRule) {
        group = rule.group
        role = rule.role.rawValue
    }
}

struct ServiceAccountRepresentation: Represented {
    static let name = "ServiceAccount"
    static let members: [String: Schema] = [
        "name": .string, "title": .string, "profile": .string, "created_at": .string, "is_enabled": .boolean,
    ]
    let name: String
    let title: String
    let profile: String
    let createdAt: String
    let isEnabled: Bool

    init(_ account: ServiceAccount) {
        name = account.name.rawValue
        title = account.title
        profile = account.profile.rawValue
        createdAt = account.createdAt.description
        isEnabled = account.disabledAt == nil
    }
}
