import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which loopback ports a demo uses. Kept with its state: the provider's port is part of every person's identity.
struct DemoPorts: Codable, Sendable {
    let bedel: Int
    let admin: Int
    let provider: Int

    static func choose(port: Int, free: Bool, in directory: DemoDirectory) throws -> DemoPorts {
        let file = directory.path + "/ports.json"
        let kept = FileManager.default.contents(atPath: file).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
        let ports: DemoPorts
        if free {
            ports = try kept ?? DemoPorts(bedel: FreePort.find(), admin: FreePort.find(), provider: FreePort.find())
        } else {
            ports = DemoPorts(bedel: port, admin: port + 1, provider: kept?.provider ?? port + 2)
        }
        if FreePort.isTaken(ports.bedel) || FreePort.isTaken(ports.admin) {
            throw BedelError(
                .conflict, "Port \(ports.bedel) or \(ports.admin) is taken on this machine.",
                next: "Is a demo running already? Else choose another with --port.")
        }
        try JSONEncoder().encode(ports).write(to: URL(fileURLWithPath: file))
        return ports
    }
}
