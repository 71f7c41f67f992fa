/// A table as text (RFC 4180), and what spreadsheets make of it.
struct DelimitedText {
    struct Record {
        /// Where it begins, from 1.
        let line: Int
        var fields: [String]

        /// The field, or nil when it is missing or empty.
        subscript(index: Int) -> String? {
            fields.indices.contains(index) && !fields[index].isEmpty ? fields[index] : nil
        }
    }

    let records: [Record]
    /// The characters as they came.
    let text: String

    init(_ bytes: [UInt8]) {
        var text = Self.decode(bytes)
        self.text = text
        var firstLine = 1
        var separator: Character?
        if let first = text.split(whereSeparator: \.isNewline).first, first.lowercased().hasPrefix("sep="),
            first.count == 5
        {
            separator = first.last
            text = String(text.drop { !$0.isNewline }.dropFirst())
            firstLine = 2
        }
        records = Self.parse(text, separator ?? Self.separator(of: text), firstLine: firstLine)
    }

    // MARK: Characters

    private static func decode(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return String(validating: body, as: UTF8.self) ?? windows1252(body)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
        let all = Array(bytes)
        let units = stride(from: 0, to: all.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(all[index]), UInt16(all[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Letters are where Latin-1 has them; the rest is no part of a login.
    private static func windows1252(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    // MARK: Fields

    /// The one that occurs most often in the first line.
    private static func separator(of text: String) -> Character {
        let first = text.prefix { !$0.isNewline }
        let counts = [",", ";", "\t"].map { mark in (mark, first.filter { String($0) == mark }.count) }
        return counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0.first : nil } ?? ","
    }

    private static func parse(_ text: String, _ separator: Character, firstLine: Int) -> [Record] {
        var records: [Record] = []
        var record = Record(line: firstLine, fields: [])
        var field = ""
        var line = firstLine
        var isQuoted = false
        var isAfterQuote = false
        func endField() {
            record.fields.append(clean(field))
            field = ""
            isAfterQuote = false
        }
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if isQuoted {
                if character == "\"" { (isQuoted, isAfterQuote) = (false, true) } else { field.append(character) }
                if character.isNewline { line += 1 }
            } else if character == "\"" && (field.allSatisfy { $0.isWhitespace || $0 == "=" } || isAfterQuote)
                && closes(characters, after: index, separator)
            {
                // A quote after a closing one was one quote, doubled.
                if isAfterQuote { field.append("\"") }
                (isQuoted, isAfterQuote) = (true, false)
            } else if character == separator {
                endField()
            } else if character.isNewline {
                endField()
                records.append(record)
                line += 1
                record = Record(line: line, fields: [])
            } else {
                field.append(character)
            }
        }
        if !field.isEmpty || !record.fields.isEmpty {
            endField()
            records.append(record)
        }
        return records
    }

    /// Whether a quoted field that begins here ends on its line, or properly on a later one. A quote that nobody closed must
    /// not swallow the lines after it.
    private static func closes(_ characters: [Character], after opening: Int, _ separator: Character) -> Bool {
        var isOnItsLine = true
        var index = opening + 1
        while index < characters.count, index - opening < longestField {
            if characters[index] == "\"" {
                guard !isOnItsLine, index + 1 < characters.count else { return true }
                let next = characters[index + 1]
                guard next == "\"" else { return next == separator || next.isNewline }
                index += 1
            }
            if characters[index].isNewline { isOnItsLine = false }
            index += 1
        }
        return false
    }

    /// Of a spreadsheet's cell.
    private static let longestField = 32_768

    /// Without spaces (no-break ones too) around it, without Excel's `=` before quoted text, and without the apostrophe that
    /// keeps a number from being one.
    private static func clean(_ field: String) -> String {
        var text = field[...]
        func trim() {
            while text.first?.isWhitespace == true { text.removeFirst() }
            while text.last?.isWhitespace == true { text.removeLast() }
        }
        trim()
        if text.first == "=" || text.first == "'" { text.removeFirst() }
        trim()
        return String(text)
    }
}
