internal import BedelDomain

/// The `Cookie` field (RFC 6265, section 5.4), as bytes.
enum Cookies {
    struct Pair {
        let name: ArraySlice<UInt8>
        let value: ArraySlice<UInt8>
        /// Both, with the sign between.
        let whole: ArraySlice<UInt8>
    }

    static func pairs(_ field: ArraySlice<UInt8>) -> [Pair] {
        field.split(separator: UInt8(ascii: ";")).map { part in
            let whole = part.trimmed
            let equals = whole.firstIndex(of: UInt8(ascii: "=")) ?? whole.endIndex
            return Pair(name: whole[..<equals].trimmed, value: whole[equals...].dropFirst().trimmed, whole: whole)
        }
    }

    /// Whether a cookie of that name is ours, so that no upstream but the console may see or set it. With and without
    /// the prefix: a browser may hold one of each.
    static func isOurs(_ name: ArraySlice<UInt8>) -> Bool {
        isSession(name) || signIns.contains(where: name.elementsEqual)
    }

    static func isSession(_ name: ArraySlice<UInt8>) -> Bool { sessions.contains(where: name.elementsEqual) }

    private static let sessions = [true, false].map { Array(CookieName.session(secure: $0).utf8) }
    private static let signIns = [true, false].map { Array(CookieName.signIn(secure: $0).utf8) }
}
