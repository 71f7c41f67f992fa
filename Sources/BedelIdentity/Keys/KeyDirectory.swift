package import BedelDomain
internal import OpenSSL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where this installation's own keys lie. Each is made when it is first asked for; several processes may share one
/// directory.
package struct KeyDirectory: Sendable {
    private let path: String

    /// Creates the directory (for its owner only) unless it is there; its parent must exist.
    ///
    /// - Throws: ``BedelError`` `unavailable`.
    package init(path: String) throws(BedelError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw BedelError(
                .unavailable, "Cannot create the key directory \(path).",
                next: "Check that its parent exists and belongs to the account this server runs under.",
                detail: String(cString: strerror(errno)))
        }
        self.path = path
    }

    /// The keys that seal cookies.
    package func keyRing() throws(BedelError) -> KeyRing {
        KeyRing(try Self.parse(try text(of: ringFile, elseMake: Self.newLine), ringFile.path))
    }

    /// Puts a new key in front. Old ones still open what they sealed, until they are beyond the last `keeping`.
    package func rotateKeyRing(keeping: Int = 3) throws(BedelError) {
        let lines = try text(of: ringFile, elseMake: Self.newLine).split(separator: "\n").map { $0 + "\n" }
        try ringFile.replace(with: Self.newLine() + lines.prefix(max(0, keeping - 1)).joined())
    }

    /// The signing key of that name, as PKCS #8 in `<name>.pem`.
    func signingKey(_ name: String, _ kind: PrivateKey.Kind) throws(BedelError) -> PrivateKey {
        let file = file(name)
        do {
            let pem = try text(of: file) { () throws(BedelError) in try Self.newKey(kind) }
            return try PrivateKey(pem: pem)
        } catch let error as BedelError {
            throw error
        } catch {
            throw Self.broken(file.path, "\(error)")
        }
    }

    /// The keys of something that others check too: `<name>.pem` signs, `<name>.next.pem` is published ahead of its turn,
    /// and `<name>.previous.pem` is kept for what was signed before the last turn. So nobody who keeps our key set for
    /// a while meets a key they do not know.
    func signingKeys(_ name: String, _ kind: PrivateKey.Kind) throws(BedelError) -> (
        current: PrivateKey, others: [PrivateKey]
    ) {
        let current = try signingKey(name, kind)
        var others = [try signingKey(Self.next(name), kind)]
        if try file(Self.previous(name)).text() != nil {
            others.append(try signingKey(Self.previous(name), kind))
        }
        return (current, others)
    }

    /// The next key signs from the next start on, and a new one is published in its place. What the last one signed stays
    /// good until the turn after this.
    package func rotateAssertionKey() throws(BedelError) {
        let name = AssertionService.keyName
        _ = try signingKeys(name, .p256)
        // In this order, whoever reads in between finds a key too often and none missing.
        try move(name, to: Self.previous(name))
        try move(Self.next(name), to: name)
        try file(Self.next(name)).replace(with: Self.newKey(.p256))
    }

    private static func newKey(_ kind: PrivateKey.Kind) throws(BedelError) -> String {
        do throws(CryptoError) { return try PrivateKey.generate(kind).pem() } catch {
            throw .internalFailure("\(error)")
        }
    }

    private static func next(_ name: String) -> String { name + ".next" }
    private static func previous(_ name: String) -> String { name + ".previous" }
    private func file(_ name: String) -> PrivateFile { PrivateFile(path: "\(path)/\(name).pem") }

    private func move(_ name: String, to other: String) throws(BedelError) {
        guard let pem = try file(name).text() else { throw Self.broken(file(name).path, "it came and went") }
        try file(other).replace(with: pem)
    }

    private var ringFile: PrivateFile { PrivateFile(path: "\(path)/cookies.keys") }

    private func text(
        of file: PrivateFile, elseMake make: () throws(BedelError) -> String
    ) throws(BedelError) -> String {
        if let text = try file.text() { return text }
        let made = try make()
        if try file.create(made) { return made }
        guard let text = try file.text() else { throw Self.broken(file.path, "it came and went") }
        return text
    }

    /// `<id> <secret>`: 48 random bits to tell keys apart by, 256 to seal with.
    private static func newLine() -> String {
        "\(Base64.urlEncoded(SecureRandom.bytes(6))) \(Base64.urlEncoded(SecureRandom.bytes(32)))\n"
    }

    private static func parse(_ text: String, _ path: String) throws(BedelError) -> [KeyRing.Key] {
        var keys: [KeyRing.Key] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let secret = Base64.urlDecoded(words[1]), secret.count == AESGCM.keySize else {
                throw broken(path, "a line is not “<id> <key>”")
            }
            keys.append(KeyRing.Key(id: String(words[0]), secret: secret))
        }
        guard !keys.isEmpty else { throw broken(path, "it is empty") }
        return keys
    }

    private static func broken(_ path: String, _ detail: String) -> BedelError {
        BedelError(
            .unavailable, "The key file \(path) is damaged.",
            next: "Restore it from a backup; if you remove it, a new key is made and everybody signs in again.",
            detail: detail)
    }
}
