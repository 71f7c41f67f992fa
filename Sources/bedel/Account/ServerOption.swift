import ArgumentParser
import BedelDomain

/// Which server a command is about, and where the tokens are.
struct ServerOption: ParsableArguments {
    @Option(help: "The address of the Bedel server; left out, the one you signed in to last.")
    var server: String?

    func file() throws -> CredentialFile { try CredentialFile(environment: Surroundings.current().environment) }

    /// The server's token.
    /// - Throws: `signInRequired`.
    func entry(in file: CredentialFile) throws -> (server: String, entry: CredentialFile.Entry) {
        guard let found = try file.entry(for: try server.map { try BaseAddress($0).url }) else {
            throw BedelError(
                .signInRequired, "You are not signed in\(server.map { " to \($0)" } ?? "").",
                next: "Run bedel login --server https://…")
        }
        return found
    }
}
