import ArgumentParser

@main
struct Bedel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bedel",
        abstract: "The porter of a university's machine-learning lab.",
        discussion: """
            Bedel signs people in with OpenID Connect, takes the models they hand in by web or git push, \
            serves each as a REST endpoint, and lets a professor evaluate all of them on equal terms.

            Try it: bedel demo
            """,
        subcommands: [
            Serve.self, Demo.self, Login.self, Logout.self, WhoAmI.self, Credential.self, Migrate.self, Checkup.self,
            Policies.self,
            Audit.self, Receipts.self, Keys.self, MaintenanceCommand.self, Hook.self,
        ]
    )
}
