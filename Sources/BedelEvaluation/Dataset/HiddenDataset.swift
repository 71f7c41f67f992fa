import BedelDomain

/// A teacher's hidden CSV, checked and taken apart: what the models see on one side, the truth on the other.
struct HiddenDataset: Sendable {
    /// The names of the feature columns, in the file's order.
    let features: [String]
    let labelColumn: String
    /// The features of each row as JSON arrays, written once, so that every model reads the very same bytes.
    let rows: [[UInt8]]
    /// The label of each row. Never leaves this process.
    let truth: [ClassLabel]

    /// Reads a header, feature columns, and the label in the last column.
    ///
    /// A feature column holds numbers or text: numbers when every cell of it is a decimal number, text when none is. A
    /// column that is neither is refused, because half the models would fail on a typing error of the teacher's.
    /// - Throws: `invalidDataset` naming line and column.
    init(csv bytes: [UInt8], limits: DatasetLimits) throws(BedelError) {
        guard bytes.count <= limits.size else {
            throw .dataset("The file is larger than \(limits.size >> 20) MiB.", next: "Take a sample of the rows.")
        }
        var records = try CSVReader.records(
            of: bytes,
            limits: .init(records: limits.rows + 1, fieldsPerRecord: limits.features + 1, field: limits.cell))
        guard !records.isEmpty else {
            throw .dataset("The file is empty.", next: "Choose a CSV file with a header line and at least two rows.")
        }
        let header = try DatasetHeader(records.removeFirst())
        try Self.checkShape(of: records, header: header)
        features = header.features
        labelColumn = header.label
        rows = try Self.encode(records, features: header.features)
        truth = try Self.labels(of: records, column: header.label, limits: limits)
    }

    private static func checkShape(of records: [CSVRecord], header: DatasetHeader) throws(BedelError) {
        guard records.count >= 2 else {
            throw .dataset("The file has \(records.count) rows of data.", next: "Add rows: there must be at least two.")
        }
        let width = header.features.count + 1
        for record in records where record.fields.count != width {
            let count = record.fields.count
            throw .dataset(
                "Line \(record.line) has \(count) column\(count == 1 ? "" : "s"), but the header has \(width).",
                next: "Give every line the same number of cells, and put cells with commas in quotation marks.")
        }
    }

    private static func encode(_ records: [CSVRecord], features: [String]) throws(BedelError) -> [[UInt8]] {
        var rows = [[UInt8]](repeating: [UInt8(ascii: "[")], count: records.count)
        for (column, name) in features.enumerated() {
            let separator = UInt8(ascii: column == features.count - 1 ? "]" : ",")
            let isNumeric = DecimalSpelling.canonical(trimmed(records[0].fields[column])) != nil
            for (index, record) in records.enumerated() {
                rows[index] += try cell(of: record, column, name, isNumeric: isNumeric, first: records[0].line)
                rows[index].append(separator)
            }
        }
        return rows
    }

    /// One cell as JSON.
    private static func cell(
        of record: CSVRecord, _ column: Int, _ name: String, isNumeric: Bool, first: Int
    ) throws(BedelError) -> [UInt8] {
        let raw = record.fields[column]
        let place = "Line \(record.line), column “\(name)”"
        guard let number = DecimalSpelling.canonical(trimmed(raw)) else {
            guard isNumeric else { return JSONText.string(raw) }
            let found = trimmed(raw).isEmpty ? "the cell is empty" : "“\(raw.prefix(40))” is not a number"
            throw .dataset(
                "\(place): \(found), but line \(first) has a number there.",
                next:
                    "Correct the cell or remove the row; if the column holds codes, let every one begin with a letter.")
        }
        guard isNumeric else {
            throw .dataset(
                "\(place): “\(raw.prefix(40))” is a number, but line \(first) has text there.",
                next:
                    "Correct the cell or remove the row; if the column holds codes, let every one begin with a letter.")
        }
        guard let value = Double(number), value.isFinite else {
            throw .dataset("\(place): the number is too large.", next: "Use numbers below 1.7e308.")
        }
        return Array(number.utf8)
    }

    private static func labels(
        of records: [CSVRecord], column: String, limits: DatasetLimits
    ) throws(BedelError) -> [ClassLabel] {
        var truth: [ClassLabel] = []
        for record in records {
            guard let label = ClassLabel(record.fields[record.fields.count - 1]) else {
                throw .dataset(
                    "Line \(record.line), column “\(column)”: there is no label.",
                    next: "The last column is the label: fill it in, with at most \(ClassLabel.maximumLength) bytes.")
            }
            truth.append(label)
        }
        let classes = Set(truth).count
        guard classes >= 2 else {
            throw .dataset(
                "Every row has the same label in column “\(column)”.",
                next: "Put the label in the last column, with at least two different values.")
        }
        guard classes <= limits.classes else {
            throw .dataset(
                "Column “\(column)” has more than \(limits.classes) different labels, so they are no classes.",
                next: "Put a column with a class name or number last.")
        }
        return truth
    }

    private static func trimmed(_ text: String) -> String {
        String(
            text.drop(while: { $0 == " " || $0 == "\t" }).reversed().drop(while: { $0 == " " || $0 == "\t" }).reversed()
        )
    }
}
