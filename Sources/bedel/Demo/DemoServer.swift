import AsyncHTTPClient
import BedelDomain
import ServiceLifecycle

/// Bedel itself, once the database and the provider answer; and, beside it, what fills the course the first time.
struct DemoServer: Service {
    let house: DemoHouse
    let configuration: ServerConfiguration
    let cluster: PostgresCluster?
    let provider: CanailleProvider
    /// Kept from others until the provider listens there.
    let providerPort: HeldPort
    let http: HTTPClient

    func run() async throws {
        try await house.progress.step("database and provider answer") {
            try await cluster?.waitUntilReady()
            try await provider.waitUntilReady(PersonalBrowser(http: http))
        }
        let course = try await house.progress.step("Bedel") {
            try await Composition.build(
                configuration, surroundings: house.surroundings, log: try house.log(), doors: house.held.doors)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await course.run() }
            group.addTask { try await cancelWhenGracefulShutdown { try await fill() } }
            // The first that fails ends the others.
            while try await group.next() != nil {}
        }
    }

    private func fill() async throws {
        do {
            let seed = try DemoSeed(house: house, http: http)
            let report = try await seed.run()
            try report.write(to: house.directory.summary)
            house.progress.say(report.text)
        } catch is CancellationError {
            return
        }
    }
}
