import OpenSSL
import Testing

@Suite("Sealing, codes and derived keys")
struct SecretTests {
    private let key = Array(UInt8(0)..<32)

    @Test(arguments: [0, 1, 26, 4096])
    func whatIsSealedOpensAgain(count: Int) {
        let plaintext = SecureRandom.bytes(count)
        let sealed = AESGCM.seal(plaintext, key: key, context: [7])
        #expect(AESGCM.open(sealed, key: key, context: [7]) == plaintext)
    }

    @Test func everyFlippedBitIsNoticed() {
        let sealed = AESGCM.seal(Array("session".utf8), key: key, context: Array("host".utf8))
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(AESGCM.open(changed, key: key, context: Array("host".utf8)) == nil)
            }
        }
    }

    @Test func anotherKeyOrContextOpensNothing() {
        let sealed = AESGCM.seal([1, 2, 3], key: key, context: [1])
        #expect(AESGCM.open(sealed, key: key, context: [2]) == nil)
        #expect(AESGCM.open(sealed, key: Array(key.reversed()), context: [1]) == nil)
        #expect(AESGCM.open(Array(sealed.dropLast()), key: key, context: [1]) == nil)
        #expect(AESGCM.open([], key: key, context: [1]) == nil)
    }

    /// The GCM specification's test case 16 (McGrew and Viega, appendix B), nonce before, tag behind.
    @Test func publishedCiphertextOpens() {
        let key = bytes(hex: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        let sealed =
            "cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
            + "56828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
        let plaintext =
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
            + "ba637b39"
        let context = bytes(hex: "feedfacedeadbeeffeedfacedeadbeefabaddad2")
        #expect(AESGCM.open(bytes(hex: sealed), key: key, context: context) == bytes(hex: plaintext))
    }

    /// RFC 4231, test cases 2 and 6.
    @Test func hmacIsThePublishedOne() {
        #expect(
            HMACSHA256.code(for: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == bytes(hex: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        #expect(
            HMACSHA256.code(
                for: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                key: Array(repeating: 0xaa, count: 131))
                == bytes(hex: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test func hmacWithAnEmptyKeyDoesNotReuseTheLastOne() {
        _ = HMACSHA256.code(for: [1], key: key)
        #expect(
            HMACSHA256.code(for: [], key: [])
                == bytes(hex: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
    }

    /// RFC 5869, test case 3.
    @Test func hkdfIsThePublishedOne() {
        let secret = Array(repeating: UInt8(0x0b), count: 22)
        #expect(
            HKDF.derive(from: secret, info: "", count: 42)
                == bytes(hex: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
        #expect(HKDF.derive(from: secret, info: "a", count: 32) != HKDF.derive(from: secret, info: "b", count: 32))
    }

    @Test func constantTimeComparisonCompares() {
        #expect(ConstantTime.equal([1, 2], [1, 2]))
        #expect(!ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
        #expect(ConstantTime.equal([UInt8](), []))
        #expect(!ConstantTime.equal("a", "b"))
    }
}
