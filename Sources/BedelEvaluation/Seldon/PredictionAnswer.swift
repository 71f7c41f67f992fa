import BedelDomain

/// Reads the labels out of a model's answer in Seldon's protocol. Three forms are taken:
/// - one label a row: `{"data":{"ndarray":[3,1]}}` or `[[3],[1]]`;
/// - one number a row and class, with the class names: `{"data":{"names":["a","b"],"ndarray":[[0.2,0.8],…]}}`, of which
///   the largest counts (the first of equal ones);
/// - either of them as `{"data":{"tensor":{"shape":[2,1],"values":[3,1]}}}`.
///
/// Anything else is the model's fault, told precisely, but without a single value from the answer: what a model says
/// ends on a page its author can read, and must not carry hidden rows there.
enum PredictionAnswer {
    /// - Throws: `modelAnswerInvalid`, or `modelCrashed` for an HTTP status of 500 and up.
    static func labels(in answer: ModelAnswer, rows: Int) throws(BedelError) -> [ClassLabel] {
        guard answer.status == 200 else { throw refused(status: answer.status) }
        let data = try data(of: answer.body)
        let names = try names(in: data)
        let table =
            switch (data["ndarray"], data["tensor"]) {
            case (let array?, nil): try Table(ndarray: array)
            case (nil, let tensor?): try Table(tensor: tensor)
            case (nil, nil): throw invalid("it has neither “data.ndarray” nor “data.tensor”")
            case (_?, _?): throw invalid("it has both “data.ndarray” and “data.tensor”")
            }
        guard table.rows.count == rows else {
            throw invalid(
                "expected \(rows) row\(rows == 1 ? "" : "s"), one for each row sent, but it has \(table.rows.count)")
        }
        guard table.width > 1 else { return try labels(of: table) }
        return try mostLikely(in: table, names: names)
    }

    private static func data(of body: [UInt8]) throws(BedelError) -> [String: JSONValue] {
        let value: JSONValue
        do { value = try JSONReader.value(of: body) } catch {
            throw invalid("it is not JSON: at byte \(error.offset), \(error.reason)")
        }
        guard case .object(let members) = value else { throw invalid("expected an object, but it is \(value.kind)") }
        guard let data = members["data"] else { throw invalid("it has no “data”") }
        guard case .object(let members) = data else {
            throw invalid("expected “data” to be an object, but it is \(data.kind)")
        }
        return members
    }

    /// Empty when there are none.
    private static func names(in data: [String: JSONValue]) throws(BedelError) -> [String] {
        switch data["names"] {
        case nil, .null: return []
        case .array(let elements):
            var names: [String] = []
            for element in elements {
                switch element {
                case .string(let text), .number(let text): names.append(text)
                default: throw invalid("expected every one of “data.names” to be a string, but one is \(element.kind)")
                }
            }
            return names
        case let other?: throw invalid("expected “data.names” to be an array, but it is \(other.kind)")
        }
    }

    private static func labels(of table: Table) throws(BedelError) -> [ClassLabel] {
        var labels: [ClassLabel] = []
        for (index, row) in table.rows.enumerated() {
            guard let label = label(from: row[0]) else {
                throw invalid("row \(index + 1) is no label: it is \(emptiness(of: row[0]))")
            }
            labels.append(label)
        }
        return labels
    }

    private static func label(from value: JSONValue) -> ClassLabel? {
        switch value {
        case .string(let text), .number(let text): ClassLabel(text)
        case .bool(let bool): ClassLabel(bool ? "true" : "false")
        case .null, .array, .object: nil
        }
    }

    private static func emptiness(of value: JSONValue) -> String {
        if case .string = value {
            "an empty string, “NaN”, or longer than \(ClassLabel.maximumLength) bytes"
        } else {
            value.kind
        }
    }

    private static func mostLikely(in table: Table, names: [String]) throws(BedelError) -> [ClassLabel] {
        let classes = try classes(named: names, width: table.width)
        var labels: [ClassLabel] = []
        for (index, row) in table.rows.enumerated() {
            var best: (column: Int, value: Double)?
            for (column, cell) in row.enumerated() {
                guard case .number(let text) = cell, let value = Double(text), value.isFinite else {
                    throw invalid(
                        "row \(index + 1), column \(column + 1) should be a finite number, but it is \(cell.kind)")
                }
                if let known = best, known.value >= value { continue }
                best = (column, value)
            }
            if let best { labels.append(classes[best.column]) }
        }
        return labels
    }

    private static func classes(named names: [String], width: Int) throws(BedelError) -> [ClassLabel] {
        guard names.count == width else {
            throw invalid("every row has \(width) numbers, but “data.names” has \(names.count) class names")
        }
        // What the Seldon wrapper makes up when a model names no classes. Taking them for labels would score 0 silently.
        guard names != (0..<width).map({ "t:\($0)" }) else {
            throw invalid(
                "every row has \(width) numbers, but their columns have no class names (only “t:0”, “t:1”, …)")
        }
        let labels = names.compactMap { ClassLabel($0) }
        guard Set(labels).count == width else { throw invalid("“data.names” has an empty or a repeated class name") }
        return labels
    }

    private static func refused(status: Int) -> BedelError {
        guard status >= 500 else {
            return invalid("expected HTTP status 200, but it has \(status)")
        }
        return BedelError(
            .modelCrashed, "The model failed while it was answering (HTTP status \(status)).",
            next: "Try it on a few rows of your own with the form on its page, and read its log.")
    }

    static func invalid(_ what: String) -> BedelError {
        BedelError(
            .modelAnswerInvalid, "The model's answer cannot be read: \(what).",
            next: "Let `predict` return one label for each row, or class probabilities together with the class names.")
    }
}
