import ArgumentParser
import BedelDomain
import BedelStore

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why somebody may or may not do something, and what would change it.",
        discussion: """
            With --role, the policies alone are asked, about somebody made up. With --user, the person's roles are read \
            from the database named in --config, and so are the profile's state, and the owner of a model unless --owner \
            says whose it is.

            Examples:
              bedel policy explain --role student --profile ml-2026 --action model.view --resource model:digits
              bedel policy explain --user ana --profile ml-2026 --action grades.export --resource round:digits/1
            """)

    @OptionGroup var options: PolicyOptions

    @Option(help: .init("Somebody with this login, as the database knows them.", valueName: "login"))
    var user: String?

    @Option(
        help:
            "Somebody with this role in the profile: student, assistant, teacher, consumer, admin; or stranger, nobody."
    )
    var role: String?

    @Option(help: "The profile that it is about; without it, the platform.")
    var profile: String?

    @Option(help: "What they want to do, for example model.submit.")
    var action: String

    @Option(
        help: .init(
            "What they want to do it to; without it, the profile (or the platform).", valueName: "kind:name"))
    var resource: String?

    @Option(help: .init("Whose it is: a login, or “self” for whoever asks.", valueName: "login"))
    var owner: String?

    @Option(
        help: .init("They ask with an access token of these scopes, for example read,predict.", valueName: "scopes"))
    var scopes: String?

    @Option(help: "As if the profile were active, suspended or archived.")
    var state: String?

    @Option(help: "The configuration file; read only with --user.")
    var config = "/etc/bedel/bedel.yaml"

    func validate() throws {
        guard (user == nil) != (role == nil) else { throw ValidationError("Give either --user or --role.") }
    }

    func run() async throws {
        try await Reporting.errors {
            let authorizer = try CedarAuthorizer(options.folder().texts())
            let question = try await question()
            print(ExplanationText(question, authorizer.explain(question)).text)
        }
    }

    private func question() async throws -> Question {
        let request = try ExplainRequest(
            action: action, profile: profile, resource: resource, scopes: scopes, owner: owner, state: state)
        if let role { return try request.question(asRole: role) }
        let surroundings = try Surroundings.current()
        let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
        return try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
            try await request.question(
                asUser: user ?? "", users: PostgresUserStore(database), models: PostgresModelStore(database),
                profiles: PostgresProfileStore(database))
        }
    }
}
