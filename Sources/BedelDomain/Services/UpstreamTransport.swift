/// How an upstream is spoken to.
package struct UpstreamTransport: Hashable, Sendable, Codable {
    package enum Version: String, Sendable, Codable, CaseIterable {
        case http1
        /// HTTP/2 and nothing else, as gRPC needs it; without TLS by prior knowledge (RFC 9113, section 3.3).
        case http2
        /// Whatever both sides agree on in the TLS handshake (RFC 7301); without TLS, HTTP/1.1.
        case negotiated
    }

    /// The certificate it has to show, and ours.
    package struct Security: Hashable, Sendable, Codable {
        /// PEM file of who may sign its certificate; nil: those that this machine trusts.
        package var authorities: String?
        /// PEM files of a certificate and key of ours, for upstreams that ask who calls; nil: none.
        package var certificate: String?
        package var key: String?
        /// The name in its certificate; nil: the host it is called by.
        package var serverName: String?

        package init(
            authorities: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil
        ) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
            self.serverName = serverName
        }
    }

    package var version: Version
    /// Nil: in the clear.
    package var security: Security?

    package init(version: Version, security: Security?) {
        self.version = version
        self.security = security
    }

    package static let plain = UpstreamTransport(version: .http1, security: nil)
}
