internal import BedelDomain
internal import OpenSSL

/// One numbered SQL file.
struct Migration: Equatable {
    let number: Int
    let name: String
    let checksum: Digest
    let text: String

    /// - Throws: ``BedelError`` when the name is not `0001_words.sql`.
    init(fileName: String, bytes: [UInt8]) throws(BedelError) {
        let stem = fileName.dropLast(4)
        let digits = stem.prefix(4)
        guard fileName.hasSuffix(".sql"), digits.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(digits), stem.dropFirst(4).hasPrefix("_"), stem.count > 5
        else {
            throw BedelError(
                .conflict, "“\(fileName)” cannot be the name of a migration.",
                next: "Call it by four digits, an underline and a few words, for example 0007_quotas.sql.")
        }
        self.number = number
        name = fileName
        checksum = Digest(bytes: SHA256.digest(of: bytes))
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// What the database says it has seen.
    struct Applied: Equatable {
        let number: Int
        let name: String
        let checksum: Digest
    }

    /// The files still to be applied, in order.
    /// - Throws: `conflict` when a number is missing or there twice, when an applied file has changed, or when the database
    ///   has seen one that is not here.
    static func pending(of files: [Migration], applied: [Applied]) throws(BedelError) -> [Migration] {
        let files = files.sorted { $0.number < $1.number }
        for (index, file) in files.enumerated() where file.number != index + 1 {
            throw BedelError(
                .conflict,
                "The migrations have no number \(index + 1), or another one twice: “\(file.name)” stands in its place.",
                next: "Number the files 1, 2, 3 and so on.")
        }
        for seen in applied {
            guard seen.number <= files.count else {
                throw BedelError(
                    .conflict,
                    "This database was made by a newer Bedel: it has migration “\(seen.name)”, unknown here.",
                    next: "Start the newer Bedel, or restore a backup made before it.")
            }
            guard files[seen.number - 1].checksum == seen.checksum else {
                throw BedelError(
                    .conflict, "Migration “\(seen.name)” has been applied to this database and has changed since.",
                    next: "Put the file back as it was, and make the change in a new migration.")
            }
        }
        let done = Set(applied.map(\.number))
        return files.filter { !done.contains($0.number) }
    }
}
