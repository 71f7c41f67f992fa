/// A key nobody reads is a key somebody misspelt.
enum UnknownKeys {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// - Throws: `DecodingError.dataCorrupted` that names the first such key and those there are.
    static func refuse(in decoder: any Decoder, known: [String]) throws {
        let members = try decoder.container(keyedBy: Name.self)
        guard let strange = members.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) else {
            return
        }
        throw DecodingError.dataCorrupted(
            .init(
                codingPath: decoder.codingPath,
                debugDescription: "“\(strange)” is no key here; there are \(known.joined(separator: ", "))"))
    }
}
