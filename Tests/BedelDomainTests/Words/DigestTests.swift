import BedelDomain
import Testing

@Suite("Digests")
struct DigestTests {
    @Test func bytesAndTextAgree() throws {
        let bytes = (0..<32).map { UInt8($0 * 8 + 7) }
        let digest = Digest(bytes: bytes)
        #expect(digest.hex == "070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7ff")
        #expect(Digest(hex: digest.hex) == digest)
        #expect(digest.short == "070f171f272f")
        #expect(AuditRecord.genesis.hex == String(repeating: "0", count: 64))
    }

    @Test(arguments: [
        "", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "A", count: 64),
        String(repeating: "g", count: 64), String(repeating: "é", count: 32), String(repeating: " ", count: 64),
        "../" + String(repeating: "0", count: 61),
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(Digest(hex: text) == nil)
    }
}
