import BedelDomain
import NIOCore
import NIOPosix

/// Whether the base's name, and any name below it, leads somewhere.
struct NameCheck {
    let base: String
    let threads: NIOThreadPool
    private static let check = "names"

    func examine() async -> [Diagnosis] {
        guard let address = try? BaseAddress(base) else { return [] }
        let host = address.host
        if host == "localhost" || host.hasSuffix(".localhost") {
            return [.good(Self.check, "Browsers find \(host) and all below it by themselves (RFC 6761).")]
        }
        guard await resolves(host) else {
            return [
                .problem(
                    Self.check, "The name \(host) leads nowhere.",
                    next: "Enter it in the DNS, with this machine's address.")
            ]
        }
        // A name nobody has entered: only a wildcard knows it.
        let below = "bedel-check-\(UInt32.random(in: 0 ... .max)).\(host)"
        guard await resolves(below) else {
            return [
                .problem(
                    Self.check, "\(host) is known, but names below it are not (\(below) was tried).",
                    next: "Enter *.\(host) in the DNS: each course and each service has a host of its own there.")
            ]
        }
        return [.good(Self.check, "\(host) and all below it are known.")]
    }

    private func resolves(_ host: String) async -> Bool {
        let found = try? await threads.runIfActive { try SocketAddress.makeAddressResolvingHost(host, port: 0) }
        return found != nil
    }
}
