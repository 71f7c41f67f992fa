/// A cluster service behind the gateway (MLflow, Jupyter, Grafana, …), at its own host and its own root.
package struct ServiceDefinition: Hashable, Sendable, Codable {
    package let name: Label
    /// Nil: one for everybody, at `<service>.<base>`; else that profile's own, at `<service>--<profile>.<base>`.
    package let profile: Label?
    package let title: String
    package let host: String
    package let port: Int
    /// Names under which the service wants to read who is there, by what is put in them.
    package let identityHeaders: [IdentityField: String]
    /// Whether `Authorization` goes through, for services with keys of their own.
    package let passesAuthorization: Bool

    package enum IdentityField: String, Sendable, Codable, CaseIterable { case user, email, groups }

    package init(
        name: Label, profile: Label?, title: String, host: String, port: Int,
        identityHeaders: [IdentityField: String] = [:], passesAuthorization: Bool = false
    ) {
        self.name = name
        self.profile = profile
        self.title = title
        self.host = host
        self.port = port
        self.identityHeaders = identityHeaders
        self.passesAuthorization = passesAuthorization
    }

    /// The first label of its host name; one label, so that one wildcard certificate covers all.
    package var hostLabel: String { profile.map { "\(name)--\($0)" } ?? name.rawValue }
}
