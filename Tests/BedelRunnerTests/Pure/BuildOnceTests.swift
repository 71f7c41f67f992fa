import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Building once")
struct BuildOnceTests {
    private let digest = Digest(bytes: [UInt8](repeating: 7, count: 32))

    @Test func manyWhoWantTheSameWaitForOne() async throws {
        let (builds, digest) = (BuildOnce(), digest)
        let built = LastLines()
        let waiting = OneShot<Void>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await builds.run(digest, waiting: { waiting.fulfil(()) }) {
                        built.append("once")
                        _ = await waiting.wait()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect((1..<5).contains(built.lines.count))
    }

    @Test func aFailureReachesWhoeverWaited() async {
        let (builds, digest) = (BuildOnce(), digest)
        let waiting = OneShot<Void>()
        let failures = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        try await builds.run(digest, waiting: { waiting.fulfil(()) }) {
                            _ = await waiting.wait()
                            throw BedelError(.unavailable, "no")
                        }
                        return false
                    } catch { return (error as? BedelError)?.code == .unavailable }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 2)
    }

    @Test func whoeverWaitsMayGiveUp() async {
        let never = OneShot<Void>()
        let task = Task { await never.wait() == nil }
        task.cancel()
        #expect(await task.value)
    }
}
