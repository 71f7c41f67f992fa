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
    /// More of the same, side by side with ``host`` and ``port``; requests are spread over all of them.
    package let replicas: [Instance.Address]
    /// Asked every few seconds with GET; an answer from 200 to 399 means that it is well. Nil: not asked.
    package let healthPath: String?
    /// Bytes of a request's body; nil: as many as it takes.
    package let bodyLimit: Int?
    /// Whether a request may become a WebSocket there.
    package let allowsWebSockets: Bool
    /// To all of its addresses the same.
    package let transport: UpstreamTransport

    package enum IdentityField: String, Sendable, Codable, CaseIterable { case user, email, groups }

    package init(
        name: Label, profile: Label?, title: String, host: String, port: Int,
        identityHeaders: [IdentityField: String] = [:], passesAuthorization: Bool = false,
        replicas: [Instance.Address] = [], healthPath: String? = nil, bodyLimit: Int? = nil,
        allowsWebSockets: Bool = true, transport: UpstreamTransport = .plain
    ) {
        self.name = name
        self.profile = profile
        self.title = title
        self.host = host
        self.port = port
        self.identityHeaders = identityHeaders
        self.passesAuthorization = passesAuthorization
        self.replicas = replicas
        self.healthPath = healthPath
        self.bodyLimit = bodyLimit
        self.allowsWebSockets = allowsWebSockets
        self.transport = transport
    }

    /// Where it answers: all of them are the same.
    package var addresses: [Instance.Address] { [.tcp(host: host, port: port)] + replicas }

    /// The first label of its host name; one label, so that one wildcard certificate covers all.
    package var hostLabel: String { profile.map { "\(name)--\($0)" } ?? name.rawValue }
}
