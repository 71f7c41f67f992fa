/// A tenant: a course, a lab, or one person's space. It has one namespace, a quota, members and services (Kubeflow's
/// sense of the word).
package struct Profile: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Profile>

    package enum Kind: String, Sendable, Codable, CaseIterable { case course, lab, personal }

    package enum State: String, Sendable, Codable, CaseIterable {
        case active
        /// Its endpoints are shut and nothing is handed in; its pages can be read.
        case suspended
        /// Over: it can be read, and nothing in it changes any more.
        case archived
    }

    package let id: ID
    package let name: Label
    /// Where its repositories lie: its first name, whatever it is called today.
    package let namespace: Label
    package var title: String
    package var kind: Kind
    package var state: State
    package let createdAt: Timestamp

    /// - Parameter namespace: nil for a new profile, whose name it is.
    package init(
        id: ID, name: Label, namespace: Label? = nil, title: String, kind: Kind, state: State = .active,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace ?? name
        self.title = title
        self.kind = kind
        self.state = state
        self.createdAt = createdAt
    }

    /// - Throws: `conflict`, saying what is still possible, unless it is active.
    package func requireActive() throws(BedelError) {
        switch state {
        case .active: return
        case .suspended:
            throw BedelError(
                .conflict, "“\(title)” is suspended: nothing can be handed in or started.",
                next: "Ask an admin when it goes on; what is there can be read.")
        case .archived: throw archived
        }
    }

    /// - Throws: `conflict` when it is archived.
    package func requireChangeable() throws(BedelError) {
        guard state != .archived else { throw archived }
    }

    private var archived: BedelError {
        BedelError(
            .conflict, "“\(title)” is archived: it can be read, and nothing in it changes any more.",
            next: "Ask an admin to make it active again.")
    }

    /// Names that would be taken for part of the house itself when they stand in a host or a path.
    package static let reservedNames: Set<String> = [
        "admin", "api", "assets", "bedel", "console", "git", "healthz", "hooks", "localhost", "login", "logout",
        "models", "profiles", "seldon", "static", "system", "www",
    ]
}
