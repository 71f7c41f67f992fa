internal import NIOSSL

/// Which certificate is shown for which name. A value: made once from the files, replaced whole.
struct CertificateChoice: Sendable {
    private let all: [ServerCertificate]
    private var exact: [String: Int] = [:]
    /// By what stands behind the `*`: `.lab.uni.es`.
    private var wildcard: [String: Int] = [:]

    /// - Parameter certificates: at least one. Of two for the same name, the first counts.
    init(_ certificates: [ServerCertificate]) {
        all = certificates
        for (index, certificate) in certificates.enumerated() {
            for name in certificate.names {
                if name.hasPrefix("*.") {
                    let rest = String(name.dropFirst())
                    wildcard[rest] = wildcard[rest] ?? index
                } else {
                    exact[name] = exact[name] ?? index
                }
            }
        }
    }

    var isSingle: Bool { all.count == 1 }
    var fallback: ServerCertificate { all[0] }

    /// When the first of them ends, in seconds since 1970.
    var notAfter: Int { all.map(\.notAfter).min() ?? 0 }

    /// - Parameter name: as the client wrote it (RFC 6066, section 3), in any case; nil: it named none.
    func certificate(for name: String?) -> ServerCertificate {
        guard let name = name?.lowercased() else { return fallback }
        if let index = exact[name] { return all[index] }
        // A `*` stands for one label, never for several (RFC 6125, section 6.4.3).
        guard let dot = name.firstIndex(of: "."), dot > name.startIndex, let index = wildcard[String(name[dot...])]
        else { return fallback }
        return all[index]
    }
}
