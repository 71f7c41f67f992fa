internal import BedelDomain

/// The `Host` of a request (RFC 9110, section 7.2) in one form.
enum Authority {
    /// Lower case, and without the port when it is the scheme's own.
    /// - Throws: `invalidRequest` for what is no name with perhaps one port: user information, paths, lists, addresses
    ///   in brackets, empty labels.
    static func normalise(_ host: ArraySlice<UInt8>, scheme: String) throws(BedelError) -> String {
        guard !host.isEmpty, host.count <= 255, host.allSatisfy(ByteClass.authority.contains) else {
            throw .malformed("Host is not a host name")
        }
        let colon = host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
        let name = host[..<colon]
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ (1...63).contains($0.count) }) else { throw .malformed("Host is not a host name") }
        let lowered = String(decoding: name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        guard colon < host.endIndex else { return lowered }
        let port = host[(colon + 1)...]
        guard (1...5).contains(port.count), port.allSatisfy(ByteClass.digit.contains), port.first != UInt8(ascii: "0"),
            let number = Int(port.text), number <= 65535
        else { throw .malformed("Host has a port that is none") }
        return number == (scheme == "https" ? 443 : 80) ? lowered : "\(lowered):\(number)"
    }
}
