/// Where a provider's tokens say what we want to know.
package struct ClaimMapping: Hashable, Sendable {
    /// The way to a claim through nested objects: `["resource_access", "bedel", "roles"]`.
    package typealias Path = [String]

    /// A list of groups, each of which gets the prefix, so that a role and a group of one name stay two things.
    package struct Groups: Hashable, Sendable {
        package let path: Path
        package let prefix: String

        package init(_ path: Path, prefix: String = "") {
            self.path = path
            self.prefix = prefix
        }
    }

    package let login: Path
    package let name: Path
    package let email: Path
    package let groups: [Groups]
    /// Whether every address is as good as verified, because its people cannot write their own.
    package let trustsEmail: Bool

    package init(login: Path, name: Path, email: Path, groups: [Groups], trustsEmail: Bool = false) {
        self.login = login
        self.name = name
        self.email = email
        self.groups = groups
        self.trustsEmail = trustsEmail
    }

    /// OpenID Connect's own claims (Core, section 5.1) and a `groups` list, as Canaille and many others have it.
    package static let standard = ClaimMapping(
        login: ["preferred_username"], name: ["name"], email: ["email"], groups: [Groups(["groups"])])

    /// Keycloak's: groups as they are, realm roles as `role:<role>`, the roles of one client as `role:<client>:<role>`.
    package static func keycloak(client: String) -> ClaimMapping {
        ClaimMapping(
            login: ["preferred_username"], name: ["name"], email: ["email"],
            groups: [
                Groups(["groups"]), Groups(["realm_access", "roles"], prefix: "role:"),
                Groups(["resource_access", client, "roles"], prefix: "role:\(client):"),
            ])
    }
}
