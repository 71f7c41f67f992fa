/// A set of byte values, each of which is looked up at one place.
///
/// Unchecked, because a pointer says nothing of who may use it: what it leads to is written before anybody has the set, and
/// never again. It is never freed: there are a dozen sets, for as long as the program runs.
struct ByteClass: @unchecked Sendable {
    private let members: UnsafePointer<Bool>

    init(_ isMember: (UInt8) -> Bool) {
        let members = UnsafeMutablePointer<Bool>.allocate(capacity: 256)
        for byte in UInt8.min...UInt8.max { (members + Int(byte)).initialize(to: isMember(byte)) }
        self.members = UnsafePointer(members)
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool { members[Int(byte)] }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// RFC 9110, section 5.6.2.
    static let token = ByteClass { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    /// RFC 9110, section 5.5: visible characters, space, tab, and bytes above ASCII.
    static let fieldValue = ByteClass { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    static let visible = ByteClass { (0x21...0x7E).contains($0) }
    static let digit = ByteClass { (0x30...0x39).contains($0) }
    static let hexDigit = ByteClass {
        (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }
    /// RFC 3986, section 2.3.
    static let unreserved = ByteClass { isAlphanumeric($0) || "-._~".utf8.contains($0) }
    /// RFC 3986, section 3.3, and the three characters that browsers leave as they are.
    static let path = ByteClass { isAlphanumeric($0) || "-._~!$&'()*+,;=:@/[]|".utf8.contains($0) }
    /// What browsers and clients really send in a query; all of it visible ASCII without the fragment's sign.
    static let query = ByteClass { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    /// RFC 6750, section 2.1: the characters of a bearer token.
    static let token68 = ByteClass { isAlphanumeric($0) || "-._~+/=".utf8.contains($0) }
    /// A host name and a port: RFC 3986, section 3.2.2, without the forms that no host of ours has.
    static let authority = ByteClass { isAlphanumeric($0) || "-.:".utf8.contains($0) }
}
