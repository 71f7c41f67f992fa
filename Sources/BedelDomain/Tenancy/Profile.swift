/// A tenant: a course, a lab, or one person's space. It has one namespace, a quota, members and services (Kubeflow's
/// sense of the word).
package struct Profile: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Profile>

    package enum Kind: String, Sendable, Codable, CaseIterable { case course, lab, personal }

    package let id: ID
    package let name: Label
    package var title: String
    package var kind: Kind
    package let createdAt: Timestamp

    package init(id: ID, name: Label, title: String, kind: Kind, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.title = title
        self.kind = kind
        self.createdAt = createdAt
    }

    /// Names that would be taken for part of the house itself when they stand in a host or a path.
    package static let reservedNames: Set<String> = [
        "admin", "api", "assets", "bedel", "console", "git", "healthz", "hooks", "localhost", "login", "logout",
        "models",
        "profiles", "seldon", "static", "system", "www",
    ]
}
