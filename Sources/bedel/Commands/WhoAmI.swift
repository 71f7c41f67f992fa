import ArgumentParser
import BedelDomain

struct WhoAmI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Say who the server takes this machine for.")

    @OptionGroup var target: ServerOption

    func run() async throws {
        try await Reporting.errors {
            let (address, entry) = try target.entry(in: try target.file())
            let me = try await LabServer.with(address) { try await $0.me(entry.token) }
            print("\(me.login) (\(me.name)) at \(address)\(me.is_admin ? ", admin" : "")")
            for (profile, role) in me.roles.sorted(by: { $0.key < $1.key }) { print("  \(profile): \(role)") }
            print("  token: \((me.scopes ?? []).joined(separator: ", "))")
        }
    }
}
