internal import BedelDomain

/// The host of a request in its one form, and what it is to this server.
final class HostName: Sendable {
    let authority: String
    /// The one label in front of the base; empty for the base itself, nil for what is not ours.
    let label: String?

    init(_ authority: String, base: String) {
        self.authority = authority
        let suffix = ".\(base)"
        label =
            authority == base
            ? "" : authority.hasSuffix(suffix) ? String(authority.dropLast(suffix.count)) : nil
    }
}

/// The hosts that were asked for last, by the bytes of the field: reading one takes longer than comparing it. Bounded;
/// each has one place, and whoever comes later takes it.
struct HostNames {
    private static let places = 64
    private var known: [(field: [UInt8], name: HostName)?] = Array(repeating: nil, count: places)

    /// - Parameter read: called when it is not known.
    mutating func name(
        _ field: ArraySlice<UInt8>, read: (ArraySlice<UInt8>) throws(BedelError) -> HostName
    ) throws(BedelError) -> HostName {
        let place = Self.place(field)
        if let found = known[place], found.field.isSame(as: field) { return found.name }
        let name = try read(field)
        known[place] = (Array(field), name)
        return name
    }

    private static func place(_ field: ArraySlice<UInt8>) -> Int {
        var sum: UInt = 0
        for byte in field.prefix(24) { sum = sum &* 31 &+ UInt(byte) }
        return Int((sum &+ UInt(field.count)) % UInt(places))
    }
}

extension Array<UInt8> {
    func isSame(as other: ArraySlice<UInt8>) -> Bool {
        withUnsafeBytes { mine in other.withUnsafeBytes { Memory.isSame(mine, $0) } }
    }
}
