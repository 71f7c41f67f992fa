import BedelDomain
import OpenSSL

@testable import BedelIdentity

/// What is sealed. The first byte says what is tried:
/// - `S` and bytes: sealed and opened again, for its own purpose and host and no other;
/// - `M`, a digit, edits (``FuzzEdits``): a good cookie, changed;
/// - `R` and a text: from nowhere. It opens nothing.
enum FuzzedCookie {
    private static let host = "lab.example"
    private static let session = Session.ID.random(at: FuzzedClaims.now)
    private static let older = KeyRing.Key(id: "older", secret: SecureRandom.bytes(32))
    private static let newer = KeyRing.Key(id: "newer", secret: SecureRandom.bytes(32))
    private static let before = KeyRing([older])
    private static let ring = KeyRing([newer, older])
    private static let cookies = SessionCookies(keys: ring)
    private static let sealed = [
        SessionCookies(keys: before).seal(session, host: host), cookies.seal(session, host: host),
    ]

    static func run(_ input: [UInt8]) throws {
        guard let mode = input.first else { return }
        let rest = input.dropFirst()
        switch mode {
        case UInt8(ascii: "S"): try runSealed(Array(rest))
        case UInt8(ascii: "M"): try runChanged(rest)
        case UInt8(ascii: "R"):
            let text = String(decoding: rest, as: UTF8.self)
            try FuzzFinding.unless(cookies.open(text, host: host) == nil, "opened what nobody sealed")
            for purpose in KeyRing.Purpose.allCases {
                let opened = ring.open(text, for: purpose, context: text)
                try FuzzFinding.unless(opened == nil, "opened what nobody sealed")
            }
        default: return
        }
    }

    private static func runSealed(_ bytes: [UInt8]) throws(FuzzFinding) {
        let context = String(decoding: bytes.prefix(16), as: UTF8.self)
        for purpose in KeyRing.Purpose.allCases {
            let text = before.seal(bytes, for: purpose, context: context)
            try FuzzFinding.unless(ring.open(text, for: purpose, context: context) == bytes, "does not open again")
            try FuzzFinding.unless(ring.open(text, for: purpose, context: context + ".") == nil, "opens elsewhere")
            for other in KeyRing.Purpose.allCases where other != purpose {
                try FuzzFinding.unless(
                    ring.open(text, for: other, context: context) == nil, "opens for another purpose")
            }
        }
    }

    private static func runChanged(_ rest: ArraySlice<UInt8>) throws(FuzzFinding) {
        guard let digit = rest.first else { return }
        let good = sealed[Int(digit) % sealed.count]
        let changed = FuzzEdits.apply(rest.dropFirst(), to: good)
        let opened = cookies.open(changed, host: host)
        try FuzzFinding.unless(
            opened == (changed.utf8.elementsEqual(good.utf8) ? session : nil),
            "a cookie and its text are not one to one")
        try FuzzFinding.unless(cookies.open(changed, host: "other.example") == nil, "opened for another host")
    }
}
