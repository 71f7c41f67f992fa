import BedelDomain

/// The address people type, taken apart once: `https://lab.uni.es`, `http://localhost:8080`.
struct BaseAddress: Hashable, Sendable {
    let isSecure: Bool
    /// Host and, unless it is the scheme's own, port: `localhost:8080`.
    let authority: String

    init(_ text: String) throws {
        let isSecure = text.hasPrefix("https://")
        let authority = String(text.dropFirst(isSecure ? 8 : 7))
        guard isSecure || text.hasPrefix("http://"), !authority.isEmpty,
            !authority.contains(where: { "/?#@ ".contains($0) })
        else {
            throw BedelError(
                .invalidRequest, "“\(text)” is not a base address.",
                next: "Write scheme and host only, like https://lab.uni.es.")
        }
        self.isSecure = isSecure
        self.authority = authority.lowercased()
    }

    /// Without the port.
    var host: String {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return authority }
        return String(authority[..<colon])
    }

    var url: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
