/// A `tracestate` that came (W3C Trace Context, section 3.3): vendors' own words, which we pass on and never read.
enum TraceState {
    private static let maximumMembers = 32

    /// - Parameter values: of all fields of that name, in order; together they are one list.
    /// - Returns: the list to pass on; empty when any of it is malformed, as then none of it may be trusted to mean what it
    ///   says (section 3.3.1.1).
    static func combined(_ values: [ArraySlice<UInt8>]) -> [UInt8] {
        var text: [UInt8] = []
        var keys: Set<ArraySlice<UInt8>> = []
        for value in values {
            for member in value.listed where !member.isEmpty {
                guard keys.count < maximumMembers, let key = key(of: member), keys.insert(key).inserted else {
                    return []
                }
                if !text.isEmpty { text.append(UInt8(ascii: ",")) }
                text += member
            }
        }
        return text
    }

    /// - Returns: nil unless it is `key=value` as section 3.3.1.3 has it.
    private static func key(of member: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let key = member[..<equals]
        let value = member[(equals + 1)...]
        guard isKey(key), (1...256).contains(value.count), value.last != 0x20 else { return nil }
        let isValue = value.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
        }
        return isValue ? key : nil
    }

    private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(parts[0], atMost: 256, mayBeginWithDigit: false)
        case 2:
            return isName(parts[0], atMost: 241, mayBeginWithDigit: true)
                && isName(parts[1], atMost: 14, mayBeginWithDigit: false)
        default: return false
        }
    }

    private static func isName(_ name: ArraySlice<UInt8>, atMost limit: Int, mayBeginWithDigit: Bool) -> Bool {
        guard let first = name.first, name.count <= limit else { return false }
        guard isLetter(first) || mayBeginWithDigit && isDigit(first) else { return false }
        return name.allSatisfy { isLetter($0) || isDigit($0) || special.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static let special = Set("_-*/".utf8)
}
