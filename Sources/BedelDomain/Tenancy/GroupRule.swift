/// "Whoever is in this group at the identity provider has this role in this profile", looked at again at every sign-in.
package struct GroupRule: Hashable, Sendable, Codable {
    package let group: String
    package let role: Role

    package init(group: String, role: Role) {
        self.group = group
        self.role = role
    }
}
