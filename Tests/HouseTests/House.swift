#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The repository as files.
enum House {
    /// The package's root, seen from this file.
    static let root: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    private static let sources = Result { try readSwiftFiles(in: "Sources") }
    private static let tests = Result { try readSwiftFiles(in: "Tests") }

    /// Every Swift file below `folder` (`Sources`, `Tests` or one below them), in order. All are read once.
    static func swiftFiles(in folder: String) throws -> [SourceFile] {
        let all = try folder.hasPrefix("Sources") ? sources.get() : tests.get()
        return all.filter { $0.path.hasPrefix("\(folder)/") }
    }

    private static func readSwiftFiles(in folder: String) throws -> [SourceFile] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").filter { $0.hasSuffix(".swift") }
            .sorted()
            .map { SourceFile(path: "\(folder)/\($0)", text: try text(of: "\(folder)/\($0)")) }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: URL(filePath: "\(root)/\(path)"), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

    /// The names directly below `folder`.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted()
    }
}
