/// A class list as a spreadsheet writes it: who, and as what. Every line stands for itself; a bad one never spoils the rest.
package struct Roster: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        /// As an editor counts them, from 1.
        package let number: Int
        package let entry: Entry

        package init(number: Int, entry: Entry) {
            self.number = number
            self.entry = entry
        }
    }

    package enum Entry: Hashable, Sendable {
        /// By login or mail address, in lower case.
        case person(String, Role)
        case problem(RosterProblem)
    }

    package let lines: [Line]
    /// What was read, so that a list that was tried out can be sent again.
    package let text: String

    package static let maximumLines = 5000

    /// Takes commas, semicolons and tabs, quotes, every line ending, UTF-8 and UTF-16 with or without a mark, Windows-1252,
    /// Excel's `="0012"` and `sep=;`, and headers in English or Spanish.
    /// - Parameter role: for lines that name none.
    /// - Throws: `invalidRequest` when there is no header that says where the people are, or far too many lines.
    package init(parsing bytes: [UInt8], role: Role = .student) throws(BedelError) {
        let table = DelimitedText(bytes)
        text = table.text
        var records = table.records
        records.removeAll { $0.fields.allSatisfy(\.isEmpty) }
        guard let header = records.first else { throw Self.error("The file is empty.", "list-empty") }
        let columns = header.fields.map(RosterWords.column)
        let logins = columns.indices.filter { columns[$0] == .login }
        let mails = columns.indices.filter { columns[$0] == .email }
        guard let place = logins.first ?? mails.first else {
            throw Self.error("The first line names no column for people.", "list-columns")
        }
        guard records.count <= Self.maximumLines + 1 else {
            throw Self.error("The file has more than \(Self.maximumLines) lines.", "list-long")
        }
        let roles = columns.firstIndex(of: .role)
        var seen: [String: Int] = [:]
        lines = records.dropFirst().map { record in
            let fallback = mails.first.flatMap { record[$0] }
            let person = (record[place] ?? fallback ?? "").lowercased()
            let entry = Self.entry(person, roles.flatMap { record[$0] }, role, seen[person])
            if case .person = entry { seen[person] = record.line }
            return Line(number: record.line, entry: entry)
        }
    }

    private static func entry(_ person: String, _ roleText: String?, _ role: Role, _ earlier: Int?) -> Entry {
        guard !person.isEmpty else { return .problem(.nobodyNamed) }
        guard person.count <= 254,
            !person.contains(where: { $0.isWhitespace || $0.isNewline || $0 == "\"" })
        else {
            return .problem(.noPerson(person))
        }
        if let earlier { return .problem(.repeated(person, line: earlier)) }
        guard let roleText else { return .person(person, role) }
        guard let named = RosterWords.role(roleText) else { return .problem(.noRole(roleText)) }
        return .person(person, named)
    }

    private static func error(_ message: String, _ kind: String) -> BedelError {
        BedelError(
            .invalidRequest, message,
            next: "Save the list as CSV with a first line such as “login,role” or “correo;rol”.",
            arguments: ["unit": kind, "advice": "list", "most": "\(maximumLines)"])
    }
}
