import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is closed on purpose: a file for each, named after the first label of its host (or `everything`), with the words
/// for those who come, and perhaps on a first line `until: <seconds since 1970>`. Files, so that they outlive a restart
/// and can be made when nothing else works.
struct MaintenanceFolder: Sendable {
    let path: String

    private static let mark = "until: "

    /// - Throws: whatever the file system says.
    func read() throws -> [String: Maintenance] {
        var closed: [String: Maintenance] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where Self.isSubject(name) {
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { continue }
            closed[name] = Self.parse(String(decoding: data.prefix(4096), as: UTF8.self))
        }
        return closed
    }

    func close(_ subject: String, _ maintenance: Maintenance) throws {
        try check(subject)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let until = maintenance.until.map { "\(Self.mark)\($0.microseconds / 1_000_000)\n" } ?? ""
        try Data((until + maintenance.message + "\n").utf8)
            .write(to: URL(filePath: "\(path)/\(subject)"), options: .atomic)
    }

    func open(_ subject: String) throws {
        try check(subject)
        guard FileManager.default.fileExists(atPath: "\(path)/\(subject)") else {
            throw BedelError(
                .notFound, "“\(subject)” is not closed.", next: "`bedel maintenance list` shows what is.")
        }
        try FileManager.default.removeItem(atPath: "\(path)/\(subject)")
    }

    static func parse(_ text: String) -> Maintenance {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var until: Timestamp?
        if let first = lines.first, first.hasPrefix(mark), let seconds = Int64(first.dropFirst(mark.count)),
            (0...253_402_300_799).contains(seconds)
        {
            until = Timestamp(seconds: seconds)
            lines.removeFirst()
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return Maintenance(message: lines.joined(separator: "\n"), until: until)
    }

    private func check(_ subject: String) throws {
        guard Self.isSubject(subject) else {
            throw BedelError(
                .invalidName, "“\(subject)” is nothing that can be closed.",
                next: "Name a course (ml-2026), a course's service (mlflow--ml-2026), a service, or everything.")
        }
    }

    /// A label, or a service's and a profile's with two hyphens between.
    private static func isSubject(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...82).contains(bytes.count) else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
