/// One line of what happened to a version, as its owner sees it.
package struct LogLine: Hashable, Sendable, Codable {
    package enum Source: String, Sendable, Codable {
        /// Bedel's own steps.
        case bedel
        /// What the package installer said.
        case build
        /// What the model itself printed.
        case model
    }

    package let sequence: Int64
    package let at: Timestamp
    package let source: Source
    package let text: String

    package init(sequence: Int64, at: Timestamp, source: Source, text: String) {
        self.sequence = sequence
        self.at = at
        self.source = source
        self.text = text
    }
}
