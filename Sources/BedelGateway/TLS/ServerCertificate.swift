internal import BedelDomain
internal import NIOSSL

/// A certificate with its chain and its key, read and found to belong together.
struct ServerCertificate: Sendable {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    /// Its DNS names in lower case; some begin with `*.`.
    let names: [String]
    /// Seconds since 1970.
    let notAfter: Int

    /// Blocks: it reads files.
    /// - Throws: `invalidRequest` in words for whoever keeps the files.
    init(reading files: GatewayConfiguration.TLSFiles) throws(BedelError) {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(files.certificates)
            guard let leaf = certificates.first else {
                throw Self.unusable(files, "there is no certificate in \(files.certificates)")
            }
            chain = certificates.map(NIOSSLCertificateSource.certificate)
            key = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
            notAfter = Int(leaf.notValidAfter)
            names = leaf.dnsNames
            // Only a context looks whether the key is the certificate's.
            _ = try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: key))
        } catch let error as BedelError {
            throw error
        } catch {
            throw Self.unusable(files, String(describing: error))
        }
    }

    var override: NIOSSLContextConfigurationOverride {
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = chain
        override.privateKey = key
        return override
    }

    private static func unusable(_ files: GatewayConfiguration.TLSFiles, _ detail: String) -> BedelError {
        BedelError(
            .invalidRequest, "The certificate \(files.certificates) cannot be used with the key \(files.key).",
            next: "Put a PEM chain and its own PEM key there; check them with openssl x509 and openssl pkey.",
            detail: detail)
    }
}

extension NIOSSLCertificate {
    fileprivate var dnsNames: [String] {
        _subjectAlternativeNames().compactMap { name in
            guard name.nameType == .dnsName else { return nil }
            return String(decoding: name.contents, as: UTF8.self).lowercased()
        }
    }
}
