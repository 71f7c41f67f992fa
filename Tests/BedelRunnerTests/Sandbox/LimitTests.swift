import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Limits", .serialized)
struct LimitTests {
    @Test func memoryEndsTheModelAndIsTyped() async throws {
        try await RunnerFixture.run { runner, _ in
            try requires(.memory, of: runner)
            let id = try await runner.startExample(RunnerFixture.example("broken/eats-memory")) {
                $0.memory = 128 << 20
            }
            var exits = runner.exits.makeAsyncIterator()
            let error = try await fault { _ = try await runner.predict(id) }
            #expect(error.code == .modelOutOfMemory)
            let exit = await exits.next()
            #expect(exit?.id == id && exit?.error.code == .modelOutOfMemory)
        }
    }

    @Test func aForkBombStopsAtTheLimit() async throws {
        try await RunnerFixture.run { runner, _ in
            try requires(.processes, of: runner)
            let id = try await runner.startExample(RunnerFixture.example("broken/forks-without-end")) {
                $0.processes = 40
            }
            let answer = try await runner.predict(id)
            let count = try #require(Int(answer.1.split(separator: "[").last?.prefix { $0.isNumber } ?? ""))
            #expect(count > 10 && count < 40)
            await runner.stop(id)
        }
    }

    @Test func aBusyModelGetsItsShareOfTheProcessorOnly() async throws {
        let bundle = try await RunnerFixture.bundle(
            """
            import time

            class Model:
                def predict(self, X, features_names=None):
                    begun, used = time.monotonic(), time.process_time()
                    while time.process_time() - used < 0.3:
                        pass
                    return [(time.process_time() - used) / (time.monotonic() - begun)]
            """)
        try await RunnerFixture.run { runner, _ in
            try requires(.cpu, of: runner)
            let id = try await runner.startExample(bundle) { $0.cpuMillicores = 200 }
            let answer = try await runner.predict(id)
            let share = try #require(Double(answer.1.split(separator: "[").last?.prefix { $0 != "]" } ?? ""))
            #expect(share < 0.35)
        }
    }

    @Test func nothingIsLeftBehind() async throws {
        try await RunnerFixture.run { runner, settings in
            let id = try await runner.startExample(RunnerFixture.example("broken/answers-nonsense"))
            #expect(await Disk.run { SmallFile.names(in: settings.instances) } == [id.rawValue])
            await runner.stop(id)
            #expect(await Disk.run { SmallFile.names(in: settings.instances) }.isEmpty)
            let name = "bedel-" + Digest(bytes: SHA256Text.digest(settings.directory)).short
            let left = await Disk.run {
                ControlGroups.detect(name: name).parents.values.flatMap { parent in
                    SmallFile.names(in: parent).filter { SmallFile.isDirectory("\(parent)/\($0)") }
                }
            }
            #expect(left.isEmpty)
        }
    }

    private func requires(_ limit: RunnerCapabilities.Limit, of runner: SandboxRunner) throws {
        guard let reason = runner.capabilities.missing[limit] else { return }
        throw BedelError(.unavailable, "This machine cannot enforce \(limit.rawValue): \(reason)")
    }
}
