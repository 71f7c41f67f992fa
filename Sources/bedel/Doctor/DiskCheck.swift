#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Room for what is kept outside the database, and the right to write there.
struct DiskCheck {
    let data: String
    /// Bytes free.
    var little: UInt64 = 5 << 30
    var none: UInt64 = 256 << 20
    private static let check = "disk"

    func examine() -> [Diagnosis] {
        let folder = nearest(data)
        guard FileManager.default.isWritableFile(atPath: folder) else {
            return [
                .problem(
                    Self.check, "This account may not write to \(folder), where the data folder \(data) is.",
                    next: "Give it to the account Bedel runs under, or name another one under “data”.")
            ]
        }
        guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let free = number(facts[.systemFreeSize])
        else {
            return [.problem(Self.check, "Nothing can be found out about \(folder).", next: "Look at the disk.")]
        }
        let text = "\(free >> 20) MiB are free at \(folder)"
        if let nodes = number(facts[.systemNodes]), nodes > 0, let left = number(facts[.systemFreeNodes]), left < 10_000
        {
            return [
                .warning(
                    Self.check, "Only \(left) more files fit at \(folder).",
                    next: "Make room, or move the data folder to another file system.")
            ]
        }
        if free < none {
            return [
                .problem(Self.check, "Only \(text); hand-ins will be lost.", next: "Make room before anybody hands in.")
            ]
        }
        if free < little {
            return [
                .warning(
                    Self.check, "Only \(text); an environment for models alone may take 4 GiB.",
                    next: "Make room, or move the data folder to a larger disk.")
            ]
        }
        return [.good(Self.check, "\(text).")]
    }

    /// They are numbers of this kind or that, as the Foundation at hand has it; both are written alike.
    private func number(_ value: Any?) -> UInt64? { value.flatMap { UInt64("\($0)") } }

    /// What is there of a path that may still have to be made.
    private func nearest(_ path: String) -> String {
        var folder = path
        while folder.count > 1, !FileManager.default.fileExists(atPath: folder) {
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
            if folder.isEmpty { return "/" }
        }
        return folder
    }
}
