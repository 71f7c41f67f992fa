import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which loopback ports a demo uses. Kept with its state: the provider's port is part of every person's identity.
struct DemoPorts: Codable, Hashable, Sendable {
    let bedel: Int
    let admin: Int
    let provider: Int

    static let host = "127.0.0.1"
    private static let instead = "start the demo with --free-ports, or with --port and another number"

    /// The ports, in the demo's hand.
    struct Held: Sendable {
        let ports: DemoPorts
        let doors: Doors
        /// Nil where the provider of an earlier demo may still have it.
        let provider: HeldPort?
    }

    /// - Parameter port: Bedel's; the admin port is the next one, and the provider's the one after that unless it is
    ///   kept. Not looked at where `free` ones are wanted.
    /// - Throws: ``BedelError`` that names the port that is not to be had.
    static func hold(port: Int, free: Bool, in directory: DemoDirectory) throws -> Held {
        let kept = read(directory)
        let (gateway, admin): (HeldPort, HeldPort)
        if free {
            gateway = try anyway(kept?.bedel, whose: "Bedel")
            admin = try anyway(kept?.admin, whose: "Bedel's admin port")
        } else {
            guard (1...65_533).contains(port) else {
                throw BedelError(
                    .invalidRequest, "\(port) cannot be Bedel's port: the two after it are used too.",
                    next: "Choose one from 1024 to 65533.")
            }
            gateway = try hold(port, .listening, whose: "Bedel")
            admin = try hold(port + 1, .listening, whose: "Bedel's admin port")
        }
        let provider = kept == nil ? try reserve(free ? 0 : port + 2, instead: instead) : nil
        let ports = DemoPorts(
            bedel: gateway.port, admin: admin.port, provider: provider?.port ?? kept?.provider ?? port + 2)
        try JSONEncoder().encode(ports).write(to: URL(fileURLWithPath: file(directory)))
        return Held(ports: ports, doors: Doors(gateway: gateway, admin: admin), provider: provider)
    }

    /// The provider's, which is always the same one in a folder: everybody's identity names it.
    func reserveProvider() throws(BedelError) -> HeldPort {
        try Self.reserve(provider, instead: "start a new demo in another folder, with --state and --free-ports")
    }

    /// For the provider, which listens there itself.
    private static func reserve(_ port: Int, instead: String) throws(BedelError) -> HeldPort {
        try HeldPort(
            HostPort(host: host, port: port), .reserving, whose: "the demo's OpenID provider", instead: instead)
    }

    /// The one that was used last time, or any that is free.
    private static func anyway(_ kept: Int?, whose: String) throws(BedelError) -> HeldPort {
        if let kept, let held = try? hold(kept, .listening, whose: whose) { return held }
        return try hold(0, .listening, whose: whose)
    }

    private static func hold(_ port: Int, _ purpose: HeldPort.Purpose, whose: String) throws(BedelError) -> HeldPort {
        try HeldPort(HostPort(host: host, port: port), purpose, whose: whose, instead: instead)
    }

    private static func read(_ directory: DemoDirectory) -> DemoPorts? {
        FileManager.default.contents(atPath: file(directory)).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
    }

    private static func file(_ directory: DemoDirectory) -> String { directory.path + "/ports.json" }
}
