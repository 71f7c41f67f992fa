internal import BedelDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One file of an export: known already, or to be read or made when its turn comes.
enum ExportPart: Sendable {
    case bytes(path: String, [UInt8])
    case stored(path: String, Digest)
    /// Of a length nobody knows before it is whole.
    case made(path: String, @Sendable () -> ByteStream)

    static func text(_ path: String, _ text: String) -> ExportPart { .bytes(path: path, Array(text.utf8)) }
    static func blob(_ path: String, _ digest: Digest) -> ExportPart { .stored(path: path, digest) }

    static func json(_ path: String, _ value: some Encodable) throws -> ExportPart {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return .bytes(path: path, Array(try encoder.encode(value)))
    }
}
