import OpenSSL
import Testing

@Suite("Base 64")
struct Base64Tests {
    @Test func everyLengthSurvives() {
        for count in 0..<70 {
            let bytes = SecureRandom.bytes(count)
            let text = Base64.urlEncoded(bytes)
            #expect(Base64.urlDecoded(text) == bytes)
            #expect(!text.contains("="))
        }
    }

    @Test func standardFormIsPadded() {
        #expect(
            ["", "f", "fo", "foo", "\u{3f}\u{3e}~"].map { Base64.encoded(Array($0.utf8)) } == [
                "", "Zg==", "Zm8=", "Zm9v", "Pz5+",
            ])
    }

    /// The second spelling of the same bytes has non-zero unused bits.
    @Test(arguments: ["Zg==", "Zh", "Zm9w=", "Zm9+", "Zm9/", "Zm 9v", "Zm9v\n", "Z", "Zm9vY", "Zm9\u{0}", "é", "Zm9."])
    func whatIsNotCanonicalIsRefused(text: String) {
        #expect(Base64.urlDecoded(text) == nil)
    }

    @Test func oneSpellingOnlyForEveryByte() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var accepted = 0
        for first in alphabet {
            for second in alphabet where Base64.urlDecoded("\(first)\(second)") != nil { accepted += 1 }
        }
        #expect(accepted == 256)
    }
}
