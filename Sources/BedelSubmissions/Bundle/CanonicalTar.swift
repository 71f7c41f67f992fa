internal import BedelDomain
internal import OpenSSL

/// The one form in which a bundle is kept: an uncompressed tar (POSIX.1-2017, ustar, with pax records where a name
/// needs them) that holds nothing but names and bytes. Files are in the order of their names' bytes; there are no
/// folders, owners or times; every file has mode 0644, since nothing in a bundle is ever executed and since a zip made
/// on Windows knows no modes. So the same files give the same bytes, and the same digest, whichever door they came
/// through.
enum CanonicalTar {
    struct Result: Sendable {
        let file: AnonymousFile
        let size: Int64
        let digest: Digest
    }

    /// Blocks.
    static func write(_ bundle: BundleFiles, directory: String) throws(BedelError) -> Result {
        var writer = try Writer(file: AnonymousFile(in: directory))
        for file in bundle.files {
            try writer.append(TarHeader.blocks(path: file.path, size: file.size))
            try bundle.forEachPiece(of: file) { piece throws(BedelError) in try writer.append(piece) }
            try writer.append(TarHeader.padding(after: file.size))
        }
        try writer.append([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
        return writer.finish()
    }

    private struct Writer: ~Copyable {
        let file: AnonymousFile
        var size: Int64 = 0
        var hash = SHA256()

        init(file: AnonymousFile) { self.file = file }

        mutating func append(_ bytes: [UInt8]) throws(BedelError) {
            try file.write(bytes, at: size)
            hash.update(bytes)
            size += Int64(bytes.count)
        }

        consuming func finish() -> Result {
            let (file, size) = (file, size)
            return Result(file: file, size: size, digest: Digest(bytes: hash.finish()))
        }
    }
}

/// Header blocks of a tar (POSIX.1-2017, "pax", section "ustar Interchange Format").
enum TarHeader {
    static let blockSize = 512

    /// The header of a regular file; before it a pax extended header when the name does not fit in 100 bytes of ASCII.
    static func blocks(path: String, size: Int64) -> [UInt8] {
        let name = Array(path.utf8)
        guard name.count > 100 || !name.allSatisfy({ $0 < 0x80 }) else { return block(name, size: size, type: "0") }
        let record = paxRecord("path", name)
        return block(Array("pax/path".utf8), size: Int64(record.count), type: "x") + record
            + padding(after: Int64(record.count)) + block(Array("pax/file".utf8), size: size, type: "0")
    }

    static func padding(after size: Int64) -> [UInt8] {
        let rest = Int(size % Int64(blockSize))
        return rest == 0 ? [] : [UInt8](repeating: 0, count: blockSize - rest)
    }

    /// `<length> <key>=<value>\n`, where the length counts its own digits.
    private static func paxRecord(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    private static func block(_ name: [UInt8], size: Int64, type: Unicode.Scalar) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644".utf8, at: 100)
        put("0000000".utf8, at: 108)
        put("0000000".utf8, at: 116)
        put(octal(size, digits: 11).utf8, at: 124)
        put("00000000000".utf8, at: 136)
        put("        ".utf8, at: 148)
        block[156] = UInt8(ascii: type)
        put("ustar".utf8, at: 257)
        put("00".utf8, at: 263)
        put("0000000".utf8, at: 329)
        put("0000000".utf8, at: 337)
        let sum = block.reduce(0) { $0 + Int64($1) }
        put(octal(sum, digits: 6).utf8, at: 148)
        block[154] = 0
        return block
    }

    private static func octal(_ value: Int64, digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
