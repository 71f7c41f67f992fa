/// As much of R's grammar as is needed to see calls: names, texts, and the signs between them.
enum RTokens {
    enum Token: Equatable { case word(String), text(String), symbol(String) }

    static func split(_ source: String) -> [Token] {
        var tokens: [Token] = []
        var rest = source.prefix(64 << 10)[...]
        while let character = rest.first {
            switch character {
            case "#":
                rest = rest.drop { !$0.isNewline }
            case "\"", "'":
                tokens.append(.text(text(&rest, quote: character)))
            case "<" where rest.dropFirst().first == "-":
                tokens.append(.symbol("<-"))
                rest = rest.dropFirst(2)
            case _ where isWord(character):
                tokens.append(.word(String(rest.prefix(while: isWord))))
                rest = rest.drop(while: isWord)
            default:
                if !character.isWhitespace { tokens.append(.symbol(String(character))) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    private static func text(_ rest: inout Substring, quote: Character) -> String {
        rest = rest.dropFirst()
        var content = ""
        while let character = rest.popFirst(), character != quote {
            if character == "\\", let escaped = rest.popFirst() {
                content.append(escaped)
            } else {
                content.append(character)
            }
        }
        return content
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "." || character == "_"
    }
}
