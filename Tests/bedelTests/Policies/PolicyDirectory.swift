import FoundationEssentials

@testable import bedel

/// A copy of the shipped policies in a temporary folder, to be changed.
final class PolicyDirectory {
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "policies").path

    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "bedel-policies-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.shipped) where name.contains(".cedar") {
            try FileManager.default.copyItem(atPath: "\(Self.shipped)/\(name)", toPath: "\(path)/\(name)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var folder: PolicyFolder { PolicyFolder(path: path) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}
