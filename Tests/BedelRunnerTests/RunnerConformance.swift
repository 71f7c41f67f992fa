import BedelDomain
import Testing

/// What every implementation of the port ``Runner`` must do. Each gives itself, and a way to have a bundle where it can
/// be read; nothing here knows where models run.
struct RunnerConformance {
    let runner: any Runner
    /// The folder of a bundle of `examples/broken`, by its name.
    let bundle: (String) -> String

    func check() async throws {
        try await sameRequirementsNameTheSameEnvironment()
        try await aReadyModelAnswersAndAStoppedOneDoesNot()
        try await aModelThatCannotStartIsTheModelsFault()
        try await anUnknownInstanceIsNotReadyAndStopsInPeace()
        try await everyLimitIsEitherEnforcedOrExplained()
    }

    private let layout = BundleLayout(runtime: .python, entry: "Model", requirements: "")

    init(_ runner: any Runner, bundle: @escaping (String) -> String) {
        self.runner = runner
        self.bundle = bundle
    }

    private func sameRequirementsNameTheSameEnvironment() async throws {
        let commented = BundleLayout(runtime: .python, entry: "Other", requirements: "# nothing\n")
        let first = try await runner.prepareEnvironment(for: layout) { _ in }
        #expect(try await runner.prepareEnvironment(for: commented) { _ in } == first)
        let broken = BundleLayout(runtime: .python, entry: "Model", requirements: "numpy equals 2")
        await #expect { try await runner.prepareEnvironment(for: broken) { _ in } } throws: { error in
            (error as? BedelError)?.code == .invalidRequirements
        }
    }

    private func aReadyModelAnswersAndAStoppedOneDoesNot() async throws {
        let order = try await order("answers-nonsense")
        let address = try await runner.start(order)
        #expect(address != .unixSocket(path: ""))
        #expect(try await runner.call(order.id, Self.request).status == 200)
        #expect(await prints("is ready", order.id))
        await runner.stop(order.id)
        await #expect(throws: BedelError.self) { try await runner.call(order.id, Self.request) }
    }

    /// What a model prints comes on a way of its own, and may come behind its first answer.
    private func prints(_ words: String, _ id: Instance.ID) async -> Bool {
        for _ in 0..<100_000 {
            if await runner.output(of: id).contains(where: { $0.contains(words) }) { return true }
            await Task.yield()
        }
        return false
    }

    private func aModelThatCannotStartIsTheModelsFault() async throws {
        let order = try await order("crashes-at-load")
        await #expect { try await runner.start(order) } throws: { error in
            (error as? BedelError)?.code == .modelCrashed && (error as? BedelError)?.code.blame == .model
        }
    }

    private func anUnknownInstanceIsNotReadyAndStopsInPeace() async throws {
        let unknown = RunnerFixture.newID()
        await runner.stop(unknown)
        #expect(await runner.output(of: unknown).isEmpty)
        await #expect { try await runner.call(unknown, Self.request) } throws: { error in
            (error as? BedelError)?.code == .modelNotReady
        }
    }

    private func everyLimitIsEitherEnforcedOrExplained() async throws {
        let known = Set(runner.capabilities.enforced).union(runner.capabilities.missing.keys)
        #expect(known == Set(RunnerCapabilities.Limit.allCases))
        #expect(runner.capabilities.missing.values.allSatisfy { !$0.isEmpty })
    }

    private func order(_ name: String) async throws -> InstanceOrder {
        let environment = try await runner.prepareEnvironment(for: layout) { _ in }
        return InstanceOrder(
            id: RunnerFixture.newID(), layout: layout, environment: environment, bundleDirectory: bundle(name),
            envelope: .standard)
    }

    private static let request = ModelRequest(
        path: "/api/v1.0/predictions", body: Array(#"{"data":{"ndarray":[[1]]}}"#.utf8), timeLimit: .seconds(10))
}

@Suite("Sandbox runner: the port's contract")
struct SandboxRunnerConformanceTests {
    @Test func theSandboxKeepsIt() async throws {
        try await RunnerFixture.run { runner, _ in
            try await RunnerConformance(runner) { RunnerFixture.example("broken/\($0)") }.check()
        }
    }
}
