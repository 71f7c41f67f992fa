import ArgumentParser
import BedelDomain
import BedelIdentity

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after this installation's keys.", subcommands: [Rotate.self])

    struct Rotate: AsyncParsableCommand {
        enum Kind: String, ExpressibleByArgument, CaseIterable { case assertion, cookies }

        static let configuration = CommandConfiguration(
            abstract: "Put a new key in front; nobody is signed out, nothing signed becomes worthless at once.",
            discussion: """
                Takes effect when a server starts anew; several may do so one after the other. What the key before the last \
                has signed or sealed is worth nothing afterwards.
                """)

        @Argument(help: "assertion (what upstreams check) or cookies (sessions).")
        var kind: Kind

        @Option(help: "The configuration file.")
        var config = "/etc/bedel/bedel.yaml"

        func run() async throws {
            try await Reporting.errors {
                let configuration = try ServerConfiguration.read(
                    config, environment: Surroundings.current().environment)
                let keys = try KeyDirectory(path: DataDirectory.keys(in: configuration.data))
                switch kind {
                case .assertion: try keys.rotateAssertionKey()
                case .cookies: try keys.rotateKeyRing()
                }
                print("The key is turned. Start the servers anew, one after the other.")
            }
        }
    }
}
