import BedelDomain

extension ServerConfiguration {
    /// Where traces are collected.
    struct Traces: Codable, Sendable {
        /// A collector's whole address, OTLP over HTTP: `http://127.0.0.1:4318/v1/traces`.
        var endpoint: String
        /// Which part of the traces that begin here is recorded, 0 to 1; a tenth when nothing is said.
        var sample: Double

        enum CodingKeys: String, CodingKey, CaseIterable { case endpoint, sample }

        init(endpoint: String, sample: Double = 0.1) {
            self.endpoint = endpoint
            self.sample = sample
        }

        init(from decoder: any Decoder) throws {
            try UnknownKeys.refuse(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
            let members = try decoder.container(keyedBy: CodingKeys.self)
            endpoint = try members.decode(String.self, forKey: .endpoint)
            sample = try members.decodeIfPresent(Double.self, forKey: .sample) ?? 0.1
            guard (0...1).contains(sample) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .sample, in: members, debugDescription: "it is a part of all: 0 to 1")
            }
            guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
                throw DecodingError.dataCorruptedError(
                    forKey: .endpoint, in: members,
                    debugDescription: "it is a whole address, like http://127.0.0.1:4318/v1/traces")
            }
        }
    }
}
