internal import BedelDomain

/// What an upload is, seen from its first bytes and never from its name.
enum ArchiveFormat: Equatable, Sendable {
    /// PKWARE APPNOTE 6.3.10, section 4.3.7.
    case zip
    /// A tar (POSIX.1-2017, pax) inside gzip (RFC 1952).
    case tarGzip
    /// A plain tar, as `git archive` writes it.
    case tar

    static let empty = BedelError(
        .unrecognisedBundle, "There are no files in the archive.", next: ModelLayout.whatIsExpected)

    /// How many bytes ``init(firstBytes:)`` wants to see.
    static let sniffLength = 512

    /// - Throws: ``BedelError`` `unreadableBundle`; `unrecognisedBundle` when it is empty.
    init(firstBytes bytes: [UInt8]) throws(BedelError) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            // A zip that begins with its end (section 4.3.16).
            throw Self.empty
        } else if bytes.starts(with: [0x1F, 0x8B]) {
            self = .tarGzip
        } else if bytes.count >= 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            self = .tar
        } else {
            throw BedelError(
                .unreadableBundle, bytes.isEmpty ? "The upload is empty." : "The upload is neither a zip nor a tar.gz.",
                next: "Pack the model's folder with “zip -r model.zip .” or “tar czf model.tar.gz .” and hand that in.")
        }
    }
}
