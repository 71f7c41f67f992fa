import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("The session cookie")
struct SessionCookieTests {
    private static let cookies = SessionCookies(
        keys: KeyRing([KeyRing.Key(id: "k1", secret: Array(repeating: 7, count: 32))]))
    /// RFC 1035, section 2.3.4: 253 characters in text form; with a port.
    private static let longestHost =
        Array(repeating: String(repeating: "a", count: 62), count: 4).joined(separator: ".") + ".b:65535"

    @Test(
        "it is small for every host, so that it never has to be cut into pieces",
        arguments: ["lab.example", longestHost])
    func itStaysSmall(host: String) {
        let cookies = Self.cookies
        let id = Session.ID.random(at: Timestamp(seconds: 1))
        let value = cookies.seal(id, host: host)
        #expect(value.utf8.count <= 256)
        #expect(
            "__Host-bedel_session=\(value); Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure".utf8.count <= 512)
        #expect(cookies.open(value, host: host) == id)
    }

    @Test func whatIsLongerIsNotLookedAt() {
        let cookies = Self.cookies
        let value = cookies.seal(.random(at: Timestamp(seconds: 1)), host: "lab.example")
        #expect(cookies.open(value + String(repeating: "A", count: 256), host: "lab.example") == nil)
        #expect(cookies.open(String(repeating: "A", count: 1 << 20), host: "lab.example") == nil)
    }

    @Test("a piece of it, two of them together, or one that was touched anywhere open nothing")
    func nothingElseOpensIt() {
        let cookies = Self.cookies
        let value = cookies.seal(.random(at: Timestamp(seconds: 1)), host: "lab.example")
        #expect(cookies.open(String(value.dropLast()), host: "lab.example") == nil)
        #expect(cookies.open(String(value.dropFirst()), host: "lab.example") == nil)
        #expect(cookies.open(value + value, host: "lab.example") == nil)
        for index in value.indices {
            let other: Character = value[index] == "A" ? "B" : "A"
            let touched = value.replacingCharacters(at: index, with: other)
            // The last character of base64url may have bits that mean nothing; then the text is no canonical one.
            #expect(cookies.open(touched, host: "lab.example") == nil, "position \(index.utf16Offset(in: value))")
        }
    }
}

extension String {
    fileprivate func replacingCharacters(at index: Index, with character: Character) -> String {
        String(self[..<index]) + String(character) + String(self[self.index(after: index)...])
    }
}
