import OpenSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Test vectors of the Wycheproof project, which lie beside the package in `../shared/vectors`.
struct Wycheproof<Group: Decodable>: Decodable {
    let testGroups: [Group]

    init(_ name: String) throws {
        let data = try Data(contentsOf: URL(filePath: Vectors.directory + "/" + name))
        self = try JSONDecoder().decode(Self.self, from: data)
    }
}

enum Vectors {
    static let directory =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/../shared/vectors"

    static func exist(_ name: String) -> Bool { FileManager.default.fileExists(atPath: directory + "/" + name) }
}

struct SignatureVector: Decodable {
    let tcId: Int
    let comment: String
    let flags: [String]
    let msg: String
    let sig: String
    let result: String

    /// Decided as published; what they call acceptable may go either way.
    func agrees(with accepted: Bool) -> Bool { result == "acceptable" || accepted == (result == "valid") }
}

func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
