/// What a certificate says of itself, for whoever looks after it.
package struct CertificateFacts: Sendable, Hashable {
    /// Its DNS names in lower case; some begin with `*.`.
    package let names: [String]
    /// Seconds since 1970.
    package let notAfter: Int

    /// Blocks: it reads files.
    /// - Throws: `invalidRequest` when they cannot be read or do not belong together.
    package init(reading files: GatewayConfiguration.TLSFiles) throws {
        let certificate = try ServerCertificate(reading: files)
        names = certificate.names
        notAfter = certificate.notAfter
    }
}
