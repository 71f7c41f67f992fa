/// How large a hidden data set may be.
package struct DatasetLimits: Hashable, Sendable {
    /// Bytes of the whole file.
    package var size: Int
    package var rows: Int
    package var features: Int
    /// Bytes of one cell.
    package var cell: Int
    /// Different labels; more than that are no classes.
    package var classes: Int

    package init(size: Int, rows: Int, features: Int, cell: Int, classes: Int) {
        self.size = size
        self.rows = rows
        self.features = features
        self.cell = cell
        self.classes = classes
    }

    /// Room for ten thousand small pictures, and a round of a course that still ends in an afternoon.
    package static let standard = DatasetLimits(
        size: 32 << 20, rows: 100_000, features: 4096, cell: 32 << 10, classes: 1000)
}
