internal import BedelDomain

/// The code somebody reads in one window and types in another: `WDJB-MJHT`.
///
/// Eight of twenty letters without vowels, so that no words come out, and without look-alikes (RFC 8628, section 6.1):
/// 34 bits, of which somebody may try twenty in ten minutes.
struct UserCode: Hashable, Sendable {
    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
    private static let length = 8

    /// The letters alone.
    private let code: String

    static func random() -> UserCode {
        // SystemRandomNumberGenerator is the kernel's generator, and `Int.random` has no bias.
        let random = (0..<length).map { _ in letters[Int.random(in: 0..<letters.count)] }
        return UserCode(code: String(decoding: random, as: UTF8.self))
    }

    private init(code: String) { self.code = code }

    /// As somebody typed it: in whatever case, with whatever between the letters. Nil when it cannot be one.
    init?(typed text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let typed = text.uppercased().utf8.filter { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard typed.count == Self.length, typed.allSatisfy(Self.letters.contains) else { return nil }
        code = String(decoding: typed, as: UTF8.self)
    }

    var text: String { "\(code.prefix(4))-\(code.suffix(4))" }
    var hash: Digest { OneTimeSecret.hash(code) }
}
