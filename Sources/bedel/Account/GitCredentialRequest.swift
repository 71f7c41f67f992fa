import BedelDomain

/// What git says to a credential helper: `key=value` lines (git-credential(1), "INPUT/OUTPUT FORMAT").
struct GitCredentialRequest: Hashable, Sendable {
    private let fields: [String: String]

    init(_ text: String) {
        let pairs = text.split(separator: "\n").prefix { !$0.isEmpty }.compactMap { line -> (String, String)? in
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return sides.count == 2 ? (String(sides[0]), String(sides[1])) : nil
        }
        fields = Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }

    /// The server it is about, as `bedel login` names it; nil for what is not ours.
    var server: String? {
        guard let scheme = fields["protocol"], let host = fields["host"] else { return nil }
        return try? BaseAddress("\(scheme)://\(host)").url
    }

    var password: String? { fields["password"] }
}
