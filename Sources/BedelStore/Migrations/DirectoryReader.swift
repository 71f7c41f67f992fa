internal import BedelDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads the files of a directory. It blocks: call it on a thread that may.
enum DirectoryReader {
    /// By name.
    /// - Throws: ``BedelError`` `notFound` when the directory or a file in it cannot be read.
    static func files(in directory: String, suffix: String) throws -> [(name: String, bytes: [UInt8])] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(suffix) }
                .sorted()
                .map { (name: $0, bytes: [UInt8](try Data(contentsOf: URL(filePath: "\(directory)/\($0)")))) }
        } catch {
            throw BedelError(
                .notFound, "The directory “\(directory)” cannot be read.", next: "Check the path and who may read it.",
                detail: String(describing: error))
        }
    }
}
