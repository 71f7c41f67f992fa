import BedelDomain

extension ServerConfiguration {
    /// How models are kept running.
    struct Models: Codable, Sendable {
        /// A model nobody has called for so many minutes sleeps until somebody does; nil: none sleeps.
        var sleepAfterMinutes: Int?

        enum CodingKeys: String, CodingKey, CaseIterable { case sleepAfterMinutes = "sleep-after-minutes" }

        init(from decoder: any Decoder) throws {
            try UnknownKeys.refuse(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
            let members = try decoder.container(keyedBy: CodingKeys.self)
            sleepAfterMinutes = try members.decodeIfPresent(Int.self, forKey: .sleepAfterMinutes)
            if let minutes = sleepAfterMinutes, !(1...100_000).contains(minutes) {
                throw DecodingError.dataCorruptedError(
                    forKey: .sleepAfterMinutes, in: members,
                    debugDescription: "it is whole minutes, 1 or more; without this key no model sleeps")
            }
        }

        var sleepAfter: Duration? { sleepAfterMinutes.map { .seconds($0 * 60) } }
    }
}
