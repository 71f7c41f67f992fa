import BedelDomain
import BedelGateway

extension ServerConfiguration.TLS {
    /// - Throws: ``BedelError`` for an address that is none.
    func settings() throws -> TLSSettings {
        let first = GatewayConfiguration.TLSFiles(certificates: certificate, key: key)
        let others = (more ?? []).map { GatewayConfiguration.TLSFiles(certificates: $0.certificate, key: $0.key) }
        var settings = TLSSettings(certificates: [first] + others)
        if let days = strictTransportDays {
            settings.strictTransport = days > 0 ? .seconds(days * 86400) : nil
        }
        if let text = redirectFrom {
            let plain = try HostPort(text)
            settings.redirectsFrom = .init(host: plain.host, port: plain.port)
        }
        return settings
    }
}
