/// A row in the text format of `COPY … FROM STDIN` (manual, COPY, "Text Format"): fields between tabs, a line feed at its end.
enum CopyText {
    /// - Parameter row: nil is SQL's NULL. No field may hold a NUL character: no text of PostgreSQL can.
    static func bytes(of row: [String?]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        for (index, field) in row.enumerated() {
            if index > 0 { bytes.append(tab) }
            append(field, to: &bytes)
        }
        bytes.append(lineFeed)
        return bytes
    }

    private static func append(_ field: String?, to bytes: inout [UInt8]) {
        guard let field else {
            bytes += [backslash, UInt8(ascii: "N")]
            return
        }
        for byte in field.utf8 {
            switch byte {
            case backslash: bytes += [backslash, backslash]
            case tab: bytes += [backslash, UInt8(ascii: "t")]
            case lineFeed: bytes += [backslash, UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): bytes += [backslash, UInt8(ascii: "r")]
            default: bytes.append(byte)
            }
        }
    }

    private static let backslash = UInt8(ascii: "\\")
    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")
}
