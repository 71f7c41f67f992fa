/// How the gateway speaks TLS with its clients.
package struct TLSSettings: Sendable, Hashable {
    /// The first is shown to whoever names no host, or one that no certificate is for. Each is shown for the names that
    /// stand in it, exactly or as `*.` and one label.
    package var certificates: [GatewayConfiguration.TLSFiles]
    /// From a connection's first byte to the end of its handshake.
    package var handshake = Duration.seconds(10)
    /// How often the files are looked at. What is new in them counts for the handshakes after it.
    package var recheck = Duration.seconds(10)
    /// For how long browsers shall come by `https` only (RFC 6797); nil: nothing is said about it.
    package var strictTransport: Duration? = .seconds(365 * 86400)
    /// A plain port that leads browsers to this one; nil: none.
    package var redirectsFrom: GatewayConfiguration.Listener?

    /// - Precondition: there is a certificate.
    package init(certificates: [GatewayConfiguration.TLSFiles]) {
        precondition(!certificates.isEmpty, "TLS needs a certificate")
        self.certificates = certificates
    }

    var strictTransportField: String? {
        strictTransport.map { "Strict-Transport-Security: max-age=\($0.components.seconds); includeSubDomains\r\n" }
    }
}
