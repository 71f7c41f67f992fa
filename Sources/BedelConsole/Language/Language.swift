/// A language the pages speak.
enum Language: String, Sendable, CaseIterable, Hashable {
    case english = "en"
    case spanish = "es"

    /// In that language itself.
    var ownName: String {
        switch self {
        case .english: "English"
        case .spanish: "Español"
        }
    }

    var decimalSeparator: String {
        switch self {
        case .english: "."
        case .spanish: ","
        }
    }

    /// Chosen by hand (a query, then a cookie), else the best that the browser asks for (RFC 9110, section 12.5.4), else
    /// English.
    static func choose(query: String?, cookie: String?, acceptLanguage: String?) -> Language {
        if let chosen = query.flatMap(Language.init) ?? cookie.flatMap(Language.init) { return chosen }
        return wishes(acceptLanguage ?? "").first ?? .english
    }

    private static func wishes(_ header: String) -> [Language] {
        let ranges = header.split(separator: ",").prefix(20).enumerated().compactMap { index, range in
            let parts = range.split(separator: ";").map(\.trimmed)
            guard let tag = parts.first, let language = Language(rawValue: String(tag.lowercased().prefix(2))) else {
                return nil as (Language, Double, Int)?
            }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return quality > 0 ? (language, quality, index) : nil
        }
        return ranges.sorted { ($0.1, -$0.2) > ($1.1, -$1.2) }.map(\.0)
    }
}
