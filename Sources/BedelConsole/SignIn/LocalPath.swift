/// A path on this host, so that nobody is led away by a link that looks like ours. Anything else becomes `/`.
struct LocalPath {
    let text: String

    init(_ wanted: String?) {
        // `//host` and `/\host` are other hosts to a browser, and control characters vanish on their way through one.
        guard let wanted, wanted.utf8.first == UInt8(ascii: "/"), wanted.utf8.count <= 2000,
            wanted.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }), !wanted.hasPrefix("//")
        else {
            text = "/"
            return
        }
        text = wanted
    }

    /// The path of a page of ours, from its whole address.
    init(ofPage address: String, at base: String) {
        self.init(address.hasPrefix(base + "/") ? String(address.dropFirst(base.count)) : nil)
    }
}
