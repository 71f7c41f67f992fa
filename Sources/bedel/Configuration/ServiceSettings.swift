import BedelDomain

extension ServerConfiguration {
    /// A cluster service behind the gateway, as the configuration file has it.
    struct Service: Codable, Sendable {
        var name: String
        var profile: String?
        /// An entry of `deploy/services`; what is written here stands above it.
        var catalogue: String?
        var title: String?
        /// `host:port`; with a catalogue entry the host alone is enough.
        var upstream: String
        /// More of the same, `host:port`.
        var replicas: [String]?
        var identityHeaders: [String: String]?
        var passesAuthorization: Bool?
        var health: String?
        var websocket: Bool?
        /// Bytes.
        var bodyLimit: Int?
        /// `http1` (the default), `http2` (gRPC), or `negotiated` in the TLS handshake.
        var transport: UpstreamTransport.Version?
        /// Nil: in the clear.
        var tls: Security?

        /// Certificates of an upstream; PEM files.
        struct Security: Codable, Sendable {
            var authorities: String?
            var certificate: String?
            var key: String?
            var serverName: String?

            enum CodingKeys: String, CodingKey {
                case authorities, certificate, key
                case serverName = "server-name"
            }
        }

        enum CodingKeys: String, CodingKey {
            case name, profile, catalogue, title, upstream, replicas, health, websocket, transport, tls
            case identityHeaders = "identity-headers"
            case passesAuthorization = "passes-authorization"
            case bodyLimit = "body-limit"
        }
    }

    /// - Throws: ``BedelError`` that names the service and what is wrong with it.
    func serviceDefinitions(_ catalogue: ServiceCatalogue) throws -> [ServiceDefinition] {
        try (services ?? []).flatMap { service in
            do {
                return try service.definitions(catalogue)
            } catch let error as BedelError {
                throw BedelError(error.code, "Service “\(service.name)”: \(error.message)", next: error.next)
            }
        }
    }
}

extension ServerConfiguration.Service {
    fileprivate func definitions(_ catalogue: ServiceCatalogue) throws -> [ServiceDefinition] {
        guard let entryName = self.catalogue else {
            return [try definition(of: CatalogueEntry.Host(), title: title ?? name, only: true)]
        }
        let entry = try catalogue.entry(entryName)
        guard entry.hosts.count == 1 || replicas == nil && !upstream.contains(":") else {
            throw BedelError(
                .invalidRequest, "“\(entryName)” has \(entry.hosts.count) hosts, each on a port of its own.",
                next: "Write the host without a port, and no replicas.")
        }
        return try entry.hosts.map {
            try definition(of: $0, title: title ?? entry.title, only: entry.hosts.count == 1)
        }
    }

    /// - Parameter only: the service has no other host, so what the file says is meant for this one.
    private func definition(of host: CatalogueEntry.Host, title: String, only: Bool) throws -> ServiceDefinition {
        let place = try address(host)
        let headers = (only ? identityHeaders : nil) ?? host.identityHeaders ?? [:]
        return ServiceDefinition(
            name: try Label(checking: host.suffix.map { "\(name)-\($0)" } ?? name, of: "service"),
            profile: try profile.map { try Label(checking: $0, of: "profile") },
            title: host.suffix.map { "\(title) (\($0))" } ?? title, host: place.host, port: place.port,
            identityHeaders: try IdentityHeaderNames.check(headers),
            passesAuthorization: (only ? passesAuthorization : nil) ?? host.passesAuthorization ?? false,
            replicas: try (replicas ?? []).map { text in
                let replica = try HostPort(text)
                return .tcp(host: replica.host, port: replica.port)
            },
            healthPath: try HealthPath.check((only ? health : nil) ?? host.health),
            bodyLimit: (only ? bodyLimit : nil) ?? host.bodyLimit,
            allowsWebSockets: (only ? websocket : nil) ?? host.websocket ?? true, transport: try upstreamTransport())
    }

    private func upstreamTransport() throws -> UpstreamTransport {
        if let tls, (tls.certificate == nil) != (tls.key == nil) {
            throw BedelError(
                .invalidRequest, "A certificate of ours needs its key, and the other way round.",
                next: "Write both, or neither.")
        }
        let security = tls.map {
            UpstreamTransport.Security(
                authorities: $0.authorities, certificate: $0.certificate, key: $0.key, serverName: $0.serverName)
        }
        return UpstreamTransport(version: transport ?? .http1, security: security)
    }

    private func address(_ host: CatalogueEntry.Host) throws -> HostPort {
        guard !upstream.contains(":"), let port = host.port else { return try HostPort(upstream) }
        return try HostPort("\(upstream):\(port)")
    }
}

/// The names under which services read who is there.
enum IdentityHeaderNames {
    /// What says how a message is framed or who may send it is nobody's name.
    private static let reserved: Set<String> = [
        "authorization", "connection", "content-length", "cookie", "expect", "host", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    static func check(_ headers: [String: String]) throws -> [ServiceDefinition.IdentityField: String] {
        var checked: [ServiceDefinition.IdentityField: String] = [:]
        for (field, header) in headers {
            guard let known = ServiceDefinition.IdentityField(rawValue: field) else {
                throw BedelError(
                    .invalidRequest, "“\(field)” is no identity field.", next: "Use user, email or groups.")
            }
            let isName =
                !header.isEmpty
                && header.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || byte == UInt8(ascii: "-")
                }
            guard isName, !reserved.contains(header.lowercased()) else {
                throw BedelError(
                    .invalidRequest, "“\(header)” cannot be the name of an identity header.",
                    next: "Use letters, digits and hyphens, like X-WEBAUTH-USER.")
            }
            checked[known] = header
        }
        return checked
    }
}

/// Where a service is asked whether it is well.
enum HealthPath {
    static func check(_ path: String?) throws -> String? {
        guard let path else { return nil }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw BedelError(
                .invalidRequest, "“\(path)” is not a health path.", next: "Write a path like /health.")
        }
        return path
    }
}
