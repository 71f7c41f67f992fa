import ArgumentParser
import BedelDomain
import BedelIdentity

struct Receipts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Check a receipt that a student shows.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the signature of a receipt and print what it says.")

        @Argument(help: "The receipt: one line with two dots in it.")
        var receipt: String

        @Option(help: "The configuration file.")
        var config = "/etc/bedel/bedel.yaml"

        func run() async throws {
            try await Reporting.errors {
                let surroundings = try Surroundings.current()
                let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
                let said = try IdentityRoom.receipts(configuration).verify(receipt)
                print(
                    """
                    This receipt is ours.
                    model     \(said.profile)/\(said.model), version \(said.number)
                    student   \(said.login)
                    received  \(said.receivedAt) by \(said.source.rawValue), as number \(said.sequence)
                    bundle    \(said.bundle) (\(said.size) bytes)
                    """)
            }
        }
    }
}
