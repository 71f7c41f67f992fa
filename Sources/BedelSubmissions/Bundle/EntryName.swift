internal import BedelDomain

/// The name of an entry in somebody else's archive, judged before anything is done with it.
enum EntryName: Equatable {
    /// The parts of a path that stays inside the bundle; empty for the bundle's own root.
    case kept([String])
    /// What tools leave behind and no model needs: `.git`, `__MACOSX`, `.DS_Store`, `__pycache__`.
    case ignored

    static let maximumPartLength = 200
    static let maximumLength = 400
    static let maximumDepth = 16

    /// - Throws: ``BedelError`` `unsafeBundle`, naming the entry and what to do about it.
    init(_ bytes: [UInt8]) throws(BedelError) {
        let shown = Self.shown(bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.unsafe(shown, "has a name that is not UTF-8", "Rename it with plain letters")
        }
        guard !text.unicodeScalars.contains(where: Self.isForbidden) else {
            throw Self.unsafe(shown, "has a control or invisible direction character in its name", "Rename it")
        }
        guard !text.contains("\\") else {
            throw Self.unsafe(shown, "has a backslash in its name", "Make the archive with “/” between folders")
        }
        guard !bytes.starts(with: [UInt8(ascii: "/")]), !Self.hasDrive(bytes) else {
            throw Self.unsafe(shown, "has an absolute path", "Make the archive from inside the model's folder")
        }
        let parts = text.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains("..") else {
            throw Self.unsafe(
                shown, "points outside the bundle with “..”", "Make the archive from inside the model's folder")
        }
        try Self.checkLength(parts, shown)
        self = parts.contains(where: Self.isLitter) ? .ignored : .kept(parts)
    }

    private static func checkLength(_ parts: [String], _ shown: String) throws(BedelError) {
        let longest = parts.map(\.utf8.count).max() ?? 0
        let total = parts.reduce(0) { $0 + $1.utf8.count + 1 }
        guard longest <= maximumPartLength, total <= maximumLength else {
            throw unsafe(
                shown, "has a name that is too long",
                "Keep names under \(maximumPartLength) bytes and paths under \(maximumLength)")
        }
        guard parts.count <= maximumDepth else {
            throw unsafe(shown, "lies more than \(maximumDepth) folders deep", "Flatten the folders")
        }
    }

    static func unsafe(_ entry: String, _ problem: String, _ advice: String) -> BedelError {
        BedelError(
            .unsafeBundle, "The entry “\(entry)” \(problem).", next: "\(advice), then hand in again.",
            arguments: ["entry": entry])
    }

    /// The name as it may stand in a message: printable, and short.
    static func shown(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(240), as: UTF8.self)
        let scalars = text.unicodeScalars.prefix(80).map { isForbidden($0) ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 80 ? "…" : "")
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// `C:` at the start, as Windows writes it.
    private static func hasDrive(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2, bytes[1] == UInt8(ascii: ":") else { return false }
        return (65...90).contains(bytes[0] & 0xDF)
    }

    private static func isLitter(_ part: String) -> Bool {
        switch part.lowercased() {
        case ".git", "__macosx", ".ds_store", "__pycache__", "thumbs.db": true
        default: part.hasPrefix("._")
        }
    }
}
