import BedelDomain
import BedelRunner
import NIOPosix

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tries the sandbox out in a folder of its own, and says which limits this machine cannot enforce.
struct SandboxCheck {
    let surroundings: Surroundings
    let threads: NIOThreadPool
    private static let check = "sandbox"

    func examine() async -> [Diagnosis] {
        let folder = "/tmp/bedel-doctor-\(UInt32.random(in: 0 ... .max))"
        let result = await examine(in: folder)
        try? await threads.runIfActive { try FileManager.default.removeItem(atPath: folder) }
        return result
    }

    private func examine(in folder: String) async -> [Diagnosis] {
        do {
            try await threads.runIfActive { try Folder.create(folder, mode: 0o711) }
            let settings = SandboxSettings(
                directory: folder, runtimes: surroundings.home.deploy + "/runtimes",
                environment: surroundings.environment)
            let found = try await SandboxRunner.capabilities(of: settings)
            guard found.missing.isEmpty else {
                return found.missing.sorted { $0.key.rawValue < $1.key.rawValue }.map { limit, reason in
                    .warning(
                        Self.check, "Models run without the limit “\(limit.rawValue)”: \(reason).",
                        next: "Start Bedel as root with a cgroup tree delegated to it, as deploy/systemd does.")
                }
            }
            return [.good(Self.check, "The sandbox works with every limit (\(found.description)).")]
        } catch {
            return [.of(error, Self.check)]
        }
    }
}
