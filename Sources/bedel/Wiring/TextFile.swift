import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A small file that must be there.
enum TextFile {
    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BedelError(
                .unavailable, "The file \(path) cannot be read.", next: "Check that it is there and who may read it.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
