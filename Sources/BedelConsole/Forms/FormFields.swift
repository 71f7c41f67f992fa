internal import BedelDomain

/// The fields of a form or a query (WHATWG URL, section 5.1). The last of several fields of one name counts.
struct FormFields: Sendable {
    private var values: [String: String] = [:]

    init() {}

    /// - Throws: `invalidRequest` when it is not `application/x-www-form-urlencoded`.
    init(parsing text: String) throws(BedelError) {
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count == 2 ? sides[1] : ""
            guard let name = QueryText.decode(sides[0], plusIsSpace: true),
                let decoded = QueryText.decode(value, plusIsSpace: true)
            else { throw BedelError(.invalidRequest, "The form cannot be read.", next: "Go back and send it again.") }
            values[name] = decoded
        }
    }

    /// Without spaces around it; nil when it is missing or empty.
    subscript(name: String) -> String? {
        guard let value = values[name] else { return nil }
        let trimmed = value.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }

    mutating func set(_ name: String, to value: String) { values[name] = value }

    /// - Throws: `invalidRequest` that names what is missing.
    func required(_ name: String) throws(BedelError) -> String {
        guard let value = self[name] else {
            throw BedelError(
                .invalidRequest, "The field “\(name)” is missing.", next: "Fill it in and send the form again.",
                arguments: ["field": name, "unit": "field", "advice": "field"])
        }
        return value
    }

    func label(_ name: String, of noun: String) throws(BedelError) -> Label {
        try Label(checking: required(name), of: noun)
    }

    /// - Throws: `invalidRequest` when there is something, but no number within the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws(BedelError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no number for “\(name)”.",
                next: "Use a whole number from \(range.lowerBound) to \(range.upperBound).",
                arguments: [
                    "field": name, "text": String(text.prefix(20)), "least": "\(range.lowerBound)",
                    "most": "\(range.upperBound)", "unit": "number", "advice": "number",
                ])
        }
        return value
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
