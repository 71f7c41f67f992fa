internal import BedelDomain

/// What the installer's words mean: whose fault it was, and what to show.
struct BuildReport {
    /// A line fit for the student: addresses, which may hold the operator's hosts and credentials, are left out.
    static func clean(_ line: String) -> String {
        line.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.contains("://") ? "[address]" : String(word)
        }.joined(separator: " ")
    }

    /// The error for a build that failed with these last lines.
    static func failure(_ lines: [String]) -> BedelError {
        let text = lines.joined(separator: "\n")
        if Self.networkTroubles.contains(where: text.contains) {
            return BedelError(
                .unavailable, "The package index does not answer.",
                next: "Nothing is wrong with your bundle; it will be tried again.", detail: text)
        }
        let said = lines.map(clean).filter { !$0.isEmpty }.suffix(6).joined(separator: " ")
        return BedelError(
            .invalidRequirements, "The packages cannot be installed: \(String(said.prefix(700)))",
            next: "Correct requirements.txt; only packages that come as ready-built wheels can be used.", detail: text)
    }

    private static let networkTroubles = [
        "error sending request", "dns error", "Failed to fetch", "Connection refused", "connection closed",
        "operation timed out", "Could not connect", "tunnel error", "502 Bad Gateway", "503 Service Unavailable",
    ]
}
