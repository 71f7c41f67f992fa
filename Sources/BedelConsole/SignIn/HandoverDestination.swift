internal import BedelDomain

/// Where a session may be handed over to: a host one label below the base, under the same scheme.
struct HandoverDestination: Hashable, Sendable {
    /// With its port.
    let host: String
    let path: String

    /// - Parameter address: absolute, as the gateway writes it.
    /// - Throws: `unknownHost` for any other host.
    init(_ address: String, scheme: String, base: String) throws(BedelError) {
        let prefix = "\(scheme)://"
        guard address.hasPrefix(prefix) else { throw Self.refusal }
        let rest = address.dropFirst(prefix.count)
        let host = rest.prefix { $0 != "/" }
        guard host.hasSuffix(".\(base)") else { throw Self.refusal }
        let label = host.dropLast(base.count + 1)
        let isLabel =
            !label.isEmpty && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isLabel else { throw Self.refusal }
        self.host = String(host)
        path = LocalPath(String(rest.dropFirst(host.count))).text
    }

    private static let refusal = BedelError(
        .unknownHost, "That is no host of ours.", next: "Start from the home page instead.")
}
