import BedelDomain
import NIOPosix

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What runs, written down in the data folder for the gateways beside this process: models answer on sockets of this
/// machine, which only the process that started them knows.
struct InstanceBoard: Sendable {
    let path: String
    let threads: NIOThreadPool

    /// Nothing, as long as nobody has written.
    func read() async throws -> [Instance] {
        try await threads.runIfActive {
            guard let data = FileManager.default.contents(atPath: path) else { return [] }
            return try JSONDecoder().decode([Instance].self, from: data)
        }
    }

    /// Whole or not at all.
    func write(_ instances: [Instance]) async throws {
        try await threads.runIfActive {
            try JSONEncoder().encode(instances).write(to: URL(filePath: path), options: .atomic)
        }
    }
}
