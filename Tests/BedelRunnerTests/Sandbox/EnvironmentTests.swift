import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Environments", .serialized)
struct EnvironmentTests {
    private func layout(_ requirements: String, _ runtime: Runtime = .python) -> BundleLayout {
        BundleLayout(runtime: runtime, entry: "Model", requirements: requirements)
    }

    @Test func equalRequirementsAreBuiltOnceEvenWhenRaced() async throws {
        try await RunnerFixture.run { runner, settings in
            let lines = LastLines()
            let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
                for text in ["joblib==1.5.2", "Joblib == 1.5.2  # same\n", "joblib==1.5.2\n"] {
                    let wanted = layout(text)
                    group.addTask {
                        try await runner.prepareEnvironment(for: wanted) { line in lines.append(line) }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(digests.count == 1)
            #expect(lines.lines.filter { $0.hasPrefix("Building the environment") }.count == 1)
            #expect(lines.lines.contains { $0.contains("joblib==1.5.2") })
            let names = await Disk.run { SmallFile.names(in: settings.environments) }
            #expect(names.filter { $0 != "cache" } == digests.map(\.hex))
        }
    }

    @Test func anUnknownPackageIsTheStudentsToCorrect() async throws {
        try await RunnerFixture.run { runner, settings in
            let error = try await fault {
                _ = try await runner.prepareEnvironment(for: layout("bedel-no-such-package-4711==1.0")) { _ in }
            }
            #expect(error.code == .invalidRequirements)
            #expect(error.message.contains("bedel-no-such-package-4711"))
            #expect(!error.message.contains("://"))
            let names = await Disk.run { SmallFile.names(in: settings.environments) }
            #expect(names.filter { $0 != "cache" }.isEmpty)
        }
    }

    @Test func anIndexThatIsAwayIsOurs() async throws {
        try await RunnerFixture.run({ $0.environment["UV_DEFAULT_INDEX"] = "http://127.0.0.1:9/simple" }) { runner, _ in
            let error = try await fault { _ = try await runner.prepareEnvironment(for: layout("joblib")) { _ in } }
            #expect(error.code == .unavailable)
        }
    }

    @Test func aBuildThatGrowsTooLargeIsEnded() async throws {
        try await RunnerFixture.run({
            $0.buildLimits.size = 200_000
            $0.buildLimits.sizeInterval = .milliseconds(20)
        }) { runner, _ in
            let error = try await fault {
                _ = try await runner.prepareEnvironment(for: layout("numpy==2.3.4")) { _ in }
            }
            #expect(error.code == .invalidRequirements)
        }
    }

    @Test func installedRPackagesMakeAnEnvironmentAndMissingOnesAreNamed() async throws {
        try await RunnerFixture.run { runner, _ in
            let good = layout(#"install.packages("rpart")"#, .r)
            let first = try await runner.prepareEnvironment(for: good) { _ in }
            #expect(try await runner.prepareEnvironment(for: good) { _ in } == first)
            let bad = layout(#"p <- c("rpart", "bedelNoSuchPackage"); install.packages(p)"#, .r)
            let error = try await fault { _ = try await runner.prepareEnvironment(for: bad) { _ in } }
            #expect(error.code == .invalidRequirements)
            #expect(error.arguments["packages"] == "bedelNoSuchPackage")
        }
    }
}
