internal import BedelDomain
internal import Logging

/// Asks the services that have a health path how they are, every few seconds, and tells all event loops what changed.
struct HealthChecker: Sendable {
    let loops: GatewayLoops
    let settings: UpstreamSettings
    let sleeper: any Clock<Duration>
    let logger: Logger
    /// What is to be asked now.
    let targets: @Sendable () -> [HealthTarget]

    /// Until cancelled.
    func run() async {
        var table = HealthTable(settings)
        while (try? await sleeper.sleep(for: settings.healthInterval)) != nil {
            let changes = table.note(await askAll())
            guard !changes.isEmpty else { continue }
            for (address, isUp) in changes {
                logger.notice(
                    "a service's health changed",
                    metadata: ["address": .string("\(address)"), "well": .stringConvertible(isUp)])
            }
            await loops.each { $0.setHealth(changes) }
        }
    }

    private func askAll() async -> [HealthTarget: Bool] {
        await withTaskGroup(of: (HealthTarget, Bool).self) { group in
            for target in Set(targets()) { group.addTask { (target, await loops.isWell(target)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
