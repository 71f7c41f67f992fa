internal import BedelDomain
internal import Mustache

/// The templates of `web/templates`, ready in every language: `[[key]]` stands for a text of the locale file and is put
/// in when the files are read, so that showing a page looks nothing up.
struct Templates: Sendable {
    private let libraries: [Language: MustacheLibrary]
    private let words: [Language: Words]

    /// - Parameters:
    ///   - files: text by name.
    ///   - locales: one for every language.
    /// - Throws: ``BedelError`` naming the template that is wrong, or the key that no locale file has.
    init(files: [String: String], locales: [Language: LocaleFile]) throws(BedelError) {
        MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
        var libraries: [Language: MustacheLibrary] = [:]
        var words: [Language: Words] = [:]
        for language in Language.allCases {
            guard let locale = locales[language] else { throw Self.error("locales/\(language.rawValue)", "is missing") }
            var library = MustacheLibrary()
            for (name, text) in files {
                let localised = try Self.localise(text, with: locale, in: name)
                do {
                    try library.register("{{% CONTENT_TYPE: \(EscapedHTML.name)}}\(localised)", named: name)
                } catch { throw Self.error(name, String(describing: error)) }
            }
            libraries[language] = library
            words[language] = Words(language, locale, english: locales[.english])
        }
        self.libraries = libraries
        self.words = words
    }

    func words(_ language: Language) throws(BedelError) -> Words {
        guard let words = words[language] else { throw .internalFailure("no locale for \(language)") }
        return words
    }

    /// - Throws: `internalFailure` when there is no such template.
    func render(_ content: some Sendable, with name: String, in language: Language) throws(BedelError) -> String {
        guard let html = libraries[language]?.render(PageContent(content), withTemplate: name) else {
            throw .internalFailure("no template called \(name)")
        }
        return html
    }

    /// The keys a template uses.
    static func keys(in text: String) -> [String] {
        text.split(separator: "[[", omittingEmptySubsequences: false).dropFirst().compactMap { piece in
            piece.firstRange(of: "]]").map { String(piece[..<$0.lowerBound]) }
        }
    }

    private static func localise(_ text: String, with locale: LocaleFile, in name: String) throws(BedelError) -> String
    {
        // Without the line break at its end, a partial can stand inside a line.
        var localised = text.trimmed
        for key in Set(keys(in: text)) {
            guard let translation = locale.texts[key] else { throw error(name, "uses the unknown text “\(key)”") }
            localised = localised.replacing("[[\(key)]]", with: EscapedHTML.escape(translation))
        }
        return localised
    }

    private static func error(_ name: String, _ what: String) -> BedelError {
        BedelError(.invalidRequest, "web: \(name) \(what).", next: "Correct the file and start again.")
    }
}

/// Escapes byte by byte. The library's own escaping goes by grapheme clusters, and so lets a quotation mark with a
/// combining accent on it through, which ends an attribute all the same.
struct EscapedHTML: MustacheContentType {
    static let name = "ESCAPED"

    func escapeText(_ text: String) -> String { Self.escape(text) }

    static func escape(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
            case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
            case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
            case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
            case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
