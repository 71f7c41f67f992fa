import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The key directory")
struct KeyDirectoryTests {
    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int) & 0o777
    }

    @Test func keysAreMadeOnceForTheirOwnerOnly() throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/keys"
        let directory = try KeyDirectory(path: path)
        let ring = try directory.keyRing()
        let key = try directory.signingKey("assertion", .p256)
        #expect(try mode(path) == 0o700)
        #expect(try mode(path + "/cookies.keys") == 0o600)
        #expect(try mode(path + "/assertion.pem") == 0o600)

        let again = try KeyDirectory(path: path)
        #expect(try again.signingKey("assertion", .p256).publicKey.components == key.publicKey.components)
        let sealed = ring.seal([1, 2, 3], for: .sessionCookie, context: "h")
        #expect(try again.keyRing().open(sealed, for: .sessionCookie, context: "h") == [1, 2, 3])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["assertion.pem", "cookies.keys"])
    }

    @Test func rotationLogsNobodyOutUntilTheOldKeyIsGone() throws {
        let place = try TemporaryDirectory()
        let directory = try KeyDirectory(path: place.path)
        let sealed = try directory.keyRing().seal([9], for: .sessionCookie, context: "h")
        try directory.rotateKeyRing(keeping: 2)
        let rotated = try directory.keyRing()
        #expect(rotated.open(sealed, for: .sessionCookie, context: "h") == [9])
        let fresh = rotated.seal([9], for: .sessionCookie, context: "h")
        #expect(fresh.prefix { $0 != "." } != sealed.prefix { $0 != "." })
        try directory.rotateKeyRing(keeping: 2)
        #expect(try directory.keyRing().open(sealed, for: .sessionCookie, context: "h") == nil)
        #expect(try directory.keyRing().open(fresh, for: .sessionCookie, context: "h") == [9])
    }

    @Test func sealedForOnePurposeOpensForNoOther() throws {
        let ring = KeyRing([KeyRing.Key(id: "a", secret: Array(repeating: 1, count: 32))])
        let sealed = ring.seal([1], for: .idToken, context: "x")
        #expect(ring.open(sealed, for: .sessionCookie, context: "x") == nil)
        #expect(ring.open(sealed, for: .idToken, context: "y") == nil)
        #expect(ring.open("b" + sealed.dropFirst(), for: .idToken, context: "x") == nil)
    }

    @Test func keyThatOthersCanReadIsNotUsed() throws {
        let place = try TemporaryDirectory()
        let directory = try KeyDirectory(path: place.path)
        _ = try directory.keyRing()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place.path + "/cookies.keys")
        #expect(throws: BedelError.self) { try directory.keyRing() }
    }

    @Test(arguments: ["", "\n", "one", "id AAAA", "id not!base64"])
    func damagedKeyFileIsNotReplacedInSilence(text: String) throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/cookies.keys"
        #expect(try PrivateFile(path: path).create(text))
        #expect(throws: BedelError.self) { try KeyDirectory(path: place.path).keyRing() }
        #expect(try PrivateFile(path: path).text() == text)
    }

    @Test func symbolicLinkIsNotFollowed() throws {
        let place = try TemporaryDirectory()
        #expect(try PrivateFile(path: place.path + "/real").create("x"))
        try FileManager.default.createSymbolicLink(
            atPath: place.path + "/cookies.keys", withDestinationPath: place.path + "/real")
        #expect(throws: BedelError.self) { try KeyDirectory(path: place.path).keyRing() }
    }

    @Test func directoryWithoutParentIsSaidSo() {
        #expect(throws: BedelError.self) { try KeyDirectory(path: "/nonexistent/keys") }
    }
}
