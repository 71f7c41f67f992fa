import Hummingbird
import NIOCore
import Testing

@testable import BedelConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Listening")
struct ListeningTests {
    @Test("it starts on a Unix socket, and again after it has ended")
    func itListensOnASocket() async throws {
        let path =
            FileManager.default.temporaryDirectory.path + "/bedel-console-\(UInt32.random(in: 0...UInt32.max)).sock"
        let console = try TestConsole(listener: .unixSocket(path: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        for _ in 1...2 {
            let (running, started) = AsyncStream<SocketAddress?>.makeStream()
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let application = console.console.application { started.yield($0.localAddress) }
                    try await application.run()
                }
                for await address in running {
                    #expect(address?.pathname == path)
                    break
                }
                group.cancelAll()
            }
        }
    }
}
