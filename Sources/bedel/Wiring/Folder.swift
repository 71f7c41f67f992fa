import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum Folder {
    /// Makes it, with those above it, unless it is there.
    static func create(_ path: String, mode: Int) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
        } catch {
            throw BedelError(
                .unavailable, "The folder \(path) cannot be made.",
                next: "Check that you may write there, or choose another.", detail: String(reflecting: error))
        }
    }
}
