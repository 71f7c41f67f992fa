internal import BedelDomain

/// Where programs reach a model, and what they send.
struct Endpoint: Hashable, Sendable {
    /// The runtime's own path (Seldon's protocol).
    static let path = "/api/v1.0/predictions"

    let url: String
    let example: String

    /// - Parameter features: the columns of the assignment's data; none for practice.
    init(of model: Model, features: [String], base: String) {
        url = "\(base)/seldon/\(model.profile)/\(model.name)\(Self.path)"
        let shown = features.count
        let zeros = Array(repeating: "0", count: shown == 0 ? 4 : shown).joined(separator: ",")
        example = "{\"data\":{\"ndarray\":[[\(zeros)]]}}"
    }

    var curl: String {
        """
        curl \(url) \\
          -H "Authorization: Bearer $BEDEL_TOKEN" \\
          -H "Content-Type: application/json" \\
          -d '\(example)'
        """
    }
}
