import BedelDomain

/// The first line of a hidden data set: the names of the features, then the name of the label.
struct DatasetHeader: Hashable, Sendable {
    let features: [String]
    let label: String

    /// - Throws: `invalidDataset` for a line that cannot be a header.
    init(_ record: CSVRecord) throws(BedelError) {
        let names = record.fields
        guard names.count >= 2 else {
            let semicolons = names.joined().contains(";")
            throw .dataset(
                semicolons ? "The columns are parted by semicolons." : "The header has only one column.",
                next: "Save the file with commas: feature columns first, the label last.")
        }
        guard names.contains(where: { DecimalSpelling.canonical($0) == nil }) else {
            throw .dataset(
                "The first line holds only numbers, so it seems to be data.",
                next: "Put a line with the names of the columns on top.")
        }
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
                throw .dataset(
                    "Line \(record.line): column \(index + 1) has no name.", next: "Give every column a name.")
            }
            if let earlier = seen.updateValue(index + 1, forKey: name) {
                throw .dataset(
                    "Line \(record.line): columns \(earlier) and \(index + 1) are both called “\(name.prefix(40))”.",
                    next: "Give every column a name of its own.")
            }
        }
        features = Array(names.dropLast())
        label = names[names.count - 1]
    }
}
