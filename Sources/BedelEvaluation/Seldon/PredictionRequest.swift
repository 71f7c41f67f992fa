/// The body of a call to `/api/v1.0/predictions` in Seldon's protocol:
/// `{"data":{"names":["a","b"],"ndarray":[[1,2],[3,4]]}}`.
enum PredictionRequest {
    static let path = "/api/v1.0/predictions"

    /// - Parameter rows: feature values as JSON arrays.
    static func body(names: [String], rows: some Sequence<[UInt8]>) -> [UInt8] {
        Array(#"{"data":{"names":"#.utf8) + JSONText.array(names.map(JSONText.string)) + Array(#","ndarray":"#.utf8)
            + JSONText.array(rows) + Array("}}".utf8)
    }
}
