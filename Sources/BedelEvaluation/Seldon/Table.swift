import BedelDomain

/// The rows of an answer, all of one width.
struct Table: Hashable, Sendable {
    let rows: [[JSONValue]]
    /// 1 when there are no rows.
    var width: Int { rows.first?.count ?? 1 }

    /// From `[l, l]` or `[[v, …], [v, …]]`.
    init(ndarray value: JSONValue) throws(BedelError) {
        guard case .array(let elements) = value else {
            throw PredictionAnswer.invalid("expected “data.ndarray” to be an array, but it is \(value.kind)")
        }
        var rows: [[JSONValue]] = []
        for (index, element) in elements.enumerated() {
            if case .array(let row) = element { rows.append(row) } else { rows.append([element]) }
            guard let row = rows.last, !row.isEmpty else {
                throw PredictionAnswer.invalid("row \(index + 1) is empty")
            }
            guard row.count == rows[0].count else {
                throw PredictionAnswer.invalid(
                    "row \(index + 1) has \(row.count) values, but row 1 has \(rows[0].count)")
            }
        }
        self.rows = rows
    }

    /// From `{"shape": [n] or [n, k], "values": [...]}`, row by row.
    init(tensor value: JSONValue) throws(BedelError) {
        guard case .object(let tensor) = value, case .array(let shape)? = tensor["shape"],
            case .array(let values)? = tensor["values"]
        else { throw PredictionAnswer.invalid("“data.tensor” needs the arrays “shape” and “values”") }
        let sizes = shape.compactMap(Self.size)
        guard sizes.count == shape.count, sizes.count == 1 || sizes.count == 2 else {
            throw PredictionAnswer.invalid(
                "“data.tensor.shape” should be the number of rows and perhaps that of columns")
        }
        let (count, width) = (sizes[0], sizes.count == 2 ? sizes[1] : 1)
        let (product, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow, width > 0, product == values.count else {
            throw PredictionAnswer.invalid("“data.tensor.shape” does not fit the number of “data.tensor.values”")
        }
        rows = stride(from: 0, to: product, by: width).map { Array(values[$0..<$0 + width]) }
    }

    private static func size(_ value: JSONValue) -> Int? {
        guard case .number(let text) = value, let canonical = DecimalSpelling.canonical(text), let size = Int(canonical)
        else { return nil }
        return size >= 0 ? size : nil
    }
}
