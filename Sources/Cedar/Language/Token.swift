/// The smallest piece of policy or schema text.
struct Token: Equatable {
    enum Kind: Equatable {
        case identifier
        case integer
        case string
        /// `?principal`, `?resource`, or another name after a question mark.
        case slot
        case symbol(Symbol)
        case end
    }

    enum Symbol: String {
        case parenthesisOpen = "(", parenthesisClose = ")"
        case braceOpen = "{", braceClose = "}"
        case bracketOpen = "[", bracketClose = "]"
        case comma = ",", semicolon = ";", dot = ".", at = "@"
        case colon = ":", doubleColon = "::", question = "?"
        case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case assign = "=", or = "||", and = "&&", not = "!"
        case plus = "+", minus = "-", star = "*", slash = "/", percent = "%"
    }

    let kind: Kind
    let span: Span
}
