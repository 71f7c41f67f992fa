/// From what people write to what stands in an address, and what may not stand there.
package enum ProfileName {
    /// A login, mail address or title as a name: accents, capitals and dots go, the rest stays readable. The same text gives
    /// the same name every time, unless `isTaken` says it belongs to another; then, and whenever something had to be left
    /// out, five characters made from the text stand at its end.
    package static func proposal(for text: String, isTaken: (Label) -> Bool) -> Label {
        let (folded, isWhole) = fold(text)
        if isWhole, let label = Label(folded), !isTaken(label) { return label }
        let stem = cut(folded, to: Label.maximumLength - 6)
        var round = 0
        while true {
            let suffix = mark(of: round == 0 ? text : "\(text)#\(round)")
            let name = stem.isEmpty ? "p-\(suffix)" : "\(stem)-\(suffix)"
            if let label = Label(name), !isTaken(label) { return label }
            round += 1
        }
    }

    /// What a name looks like at a glance: two names with the same skeleton are taken for each other. After UTS #39,
    /// section 4, for the few characters a ``Label`` can have.
    package static func skeleton(of name: Label) -> String {
        var text = name.rawValue
        for (pair, letter) in [("rn", "m"), ("vv", "w"), ("cl", "d")] { text = replace(pair, by: letter, in: text) }
        return String(text.map { ["i": "1", "l": "1", "o": "0"][$0] ?? $0 })
    }

    /// - Throws: `invalidName` when it is none or has letters that only look like Latin ones; `conflict` when it is, or looks
    ///   like, one the house keeps for itself.
    package static func checked(_ text: String) throws(BedelError) -> Label {
        if let stranger = text.unicodeScalars.first(where: { !$0.isASCII && $0.properties.isAlphabetic }) {
            let name = stranger.properties.name ?? "a letter"
            throw BedelError(
                .invalidName, "“\(text.prefix(60))” has the letter “\(stranger)” (\(name.lowercased())) in it.",
                next: "Use letters from a to z, for example “\(proposal(for: text) { _ in false })”.",
                arguments: [
                    "name": String(text.prefix(60)), "letter": "\(stranger)", "unit": "letter", "advice": "example",
                    "example": proposal(for: text) { _ in false }.rawValue,
                ])
        }
        guard let label = Label(text) else {
            throw BedelError(
                .invalidName, "“\(text.prefix(60))” cannot be the name of a profile.",
                next: "Use 1 to 40 lower-case letters, digits and single hyphens, for example "
                    + "“\(proposal(for: text) { _ in false })”.",
                arguments: [
                    "name": String(text.prefix(60)), "unit": "profile", "advice": "example",
                    "example": proposal(for: text) { _ in false }.rawValue,
                ])
        }
        if let kept = reserved[skeleton(of: label)] {
            throw BedelError(
                .conflict,
                kept == label.rawValue
                    ? "“\(label)” is a name Bedel keeps for itself."
                    : "“\(label)” looks like “\(kept)”, which is kept.",
                next: "Choose another name.",
                arguments: [
                    "name": label.rawValue, "other": kept, "advice": "name",
                    "unit": kept == label.rawValue ? "name-kept" : "name-like-kept",
                ])
        }
        return label
    }

    /// The reserved names by what they look like.
    private static let reserved: [String: String] = Dictionary(
        Profile.reservedNames.compactMap { name in Label(name).map { (skeleton(of: $0), name) } },
        uniquingKeysWith: { first, _ in first })

    // MARK: Folding

    /// - Returns: lower-case letters, digits and single hyphens; and whether nothing was left out.
    private static func fold(_ text: String) -> (text: String, isWhole: Bool) {
        var folded = ""
        var isWhole = true
        for scalar in text.lowercased().unicodeScalars {
            if let letters = latin(scalar) {
                folded += letters
            } else if scalar.properties.generalCategory == .nonspacingMark {
                continue
            } else {
                if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { isWhole = false }
                if !folded.isEmpty, folded.last != "-" { folded += "-" }
            }
        }
        let short = cut(folded, to: Label.maximumLength)
        return (short, isWhole && short.utf8.count >= cut(folded, to: folded.utf8.count).utf8.count)
    }

    /// Every Latin letter's Unicode name says which one it is: "LATIN SMALL LETTER E WITH ACUTE".
    private static func latin(_ scalar: Unicode.Scalar) -> String? {
        if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? "\(scalar)" : nil }
        guard let name = scalar.properties.name else { return nil }
        let words = name.split(separator: " ").drop { $0 == "FULLWIDTH" }
        guard words.first == "LATIN" else { return nil }
        let kind = words.dropFirst(2).first
        guard kind == "LETTER" || kind == "LIGATURE" else { return nil }
        let letter = words.dropFirst(3).prefix { $0 != "WITH" }.joined(separator: " ")
        switch letter {
        case "SHARP S": return "ss"
        case "THORN": return "th"
        case "ETH": return "d"
        case "DOTLESS I": return "i"
        default: return (1...2).contains(letter.utf8.count) ? letter.lowercased() : nil
        }
    }

    private static func cut(_ text: String, to length: Int) -> String {
        var short = text.prefix(length)
        while short.last == "-" { short.removeLast() }
        return String(short)
    }

    /// 25 bits of FNV-1a (64 bit) in Crockford's base 32.
    private static func mark(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        return String((0..<5).map { alphabet[Int((hash >> UInt64($0 * 5)) & 31)] })
    }

    private static func replace(_ pair: String, by letter: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let next = rest.first {
            if rest.hasPrefix(pair) {
                result += letter
                rest = rest.dropFirst(pair.count)
            } else {
                result.append(next)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
