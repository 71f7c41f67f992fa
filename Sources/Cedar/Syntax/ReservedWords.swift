/// Words that are part of the language and therefore cannot name a type or an attribute without quotes.
enum ReservedWords {
    static let all: Set<String> = [
        "true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar",
    ]
}
