/// Why a line of a class list is left out.
package enum RosterProblem: Hashable, Sendable, CustomStringConvertible {
    case nobodyNamed
    case noPerson(String)
    case repeated(String, line: Int)
    case noRole(String)
    /// Two providers know somebody by this name.
    case severalPeople(String)
    /// Another line names them by their other name.
    case samePerson(String)

    /// For the locale files, with ``arguments``.
    package var word: String {
        switch self {
        case .nobodyNamed: "nobody"
        case .noPerson: "no-person"
        case .repeated: "repeated"
        case .noRole: "no-role"
        case .severalPeople: "several"
        case .samePerson: "same-person"
        }
    }

    package var arguments: [String: String] {
        switch self {
        case .nobodyNamed: [:]
        case .repeated(let text, let line): ["text": String(text.prefix(60)), "line": "\(line)"]
        case .noPerson(let text), .noRole(let text), .severalPeople(let text), .samePerson(let text):
            ["text": String(text.prefix(60))]
        }
    }

    /// In English, for programs.
    package var description: String {
        let text = arguments["text"] ?? ""
        return switch self {
        case .nobodyNamed: "Nobody is named."
        case .noPerson: "“\(text)” is neither a login nor a mail address."
        case .repeated(_, let line): "“\(text)” stands in line \(line) already."
        case .noRole: "“\(text)” is no role: use student, assistant, teacher or consumer."
        case .severalPeople: "Several people are called “\(text)”."
        case .samePerson: "“\(text)” is the same person as in an earlier line."
        }
    }
}
