internal import OpenSSL

enum SHA256Text {
    static func digest(_ text: String) -> [UInt8] { SHA256.digest(of: Array(text.utf8)) }
}
