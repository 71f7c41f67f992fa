import ArgumentParser

struct Policies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Check, explain and test the policies: who may do what.",
        discussion: """
            Policies are Cedar files in one folder (policies/README.md explains them). A running server takes a change \
            over by itself within seconds; a set with a mistake is refused and the old one stays in force. So: edit, \
            check, test, and only then put the files in place.
            """,
        subcommands: [PolicyCheck.self, PolicyExplain.self, PolicyAccess.self, PolicyTest.self])
}

/// Which set of policies a command is about.
struct PolicyOptions: ParsableArguments {
    @Option(help: .init("The folder of policies; without it, the one that the server uses.", valueName: "folder"))
    var policies: String?

    func folder() throws -> PolicyFolder {
        if let policies { return PolicyFolder(path: policies) }
        return PolicyFolder(path: try Surroundings.current().home.policies)
    }
}
