/// An absolute `http` or `https` address, taken apart only as far as trust depends on it.
///
/// Plain `http` is accepted for loopback alone: codes, tokens and keys on any other network must be under TLS (RFC
/// 9700, section 2.6).
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// As it was given: an issuer is compared character by character (OpenID Connect Discovery, section 4.3).
    package let text: String
    package let isSecure: Bool
    /// Without the port, lower case; an IPv6 address keeps its brackets.
    package let host: String
    /// Host and, when it is given, port: what a `Host` header says.
    package let authority: String

    /// Nil for another scheme, user information, a fragment, white space or control characters, and `http` off
    /// loopback.
    package init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.unsafe.contains($0) })
        else { return nil }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" }).lowercased()
        guard let host = Self.host(of: authority), isSecure || Self.isLoopback(host) else { return nil }
        self.text = text
        self.isSecure = isSecure
        self.host = host
        self.authority = authority
    }

    package var description: String { text }

    private static let unsafe = Set("\"<>\\^`{|}#".utf8)

    private static func host(of authority: String) -> String? {
        guard !authority.contains("@") else { return nil }
        let isBracketed = authority.hasPrefix("[")
        let end =
            isBracketed
            ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : authority.firstIndex(of: ":")
        guard !isBracketed || end != nil else { return nil }
        let host = String(authority[..<(end ?? authority.endIndex)])
        let port = authority[(end ?? authority.endIndex)...]
        guard isPlain(host, bracketed: isBracketed),
            port.isEmpty || (port.first == ":" && isPort(port.dropFirst()))
        else { return nil }
        return host
    }

    /// Digits and nothing else: `UInt16` reads `+9` as well, and no URL does.
    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt16(text) != nil
    }

    /// A name or an address as everybody writes it. Anything rarer, an escape above all, is read in two ways by two
    /// readers, and one of them is the client that goes there.
    private static func isPlain(_ host: String, bracketed: Bool) -> Bool {
        let inner = bracketed ? host.dropFirst().dropLast() : host[...]
        return !inner.isEmpty
            && inner.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "."):
                    true
                case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"): !bracketed
                case UInt8(ascii: ":"): bracketed
                default: false
                }
            }
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
