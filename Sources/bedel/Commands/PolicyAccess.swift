import ArgumentParser
import BedelDomain
import BedelStore

struct PolicyAccess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Say who may do what in a profile, and by which policy.",
        discussion: """
            One line for each member and action: what they may do to what is theirs, and to what is others', with the \
            policy that allows it or the reason why not. It is what the page “Who can do what” shows.

            Example:
              bedel policy access --profile ml-2026 --user ana
            """)

    @OptionGroup var options: PolicyOptions

    @Option(help: "The profile that it is about, by its present name.")
    var profile: String

    @Option(help: .init("Only this person, a member or not.", valueName: "login"))
    var user: String?

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    func run() async throws {
        try await Reporting.errors {
            let authorizer = try CedarAuthorizer(options.folder().texts())
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            try await Composition.withDatabase(configuration, surroundings: surroundings) { database in
                let profiles = PostgresProfileStore(database)
                guard let found = try await profiles.profile(named: Label(checking: profile, of: "profile")) else {
                    throw BedelError(.notFound, "There is no profile “\(profile)”.", next: "Check its name.")
                }
                let users = PostgresUserStore(database)
                for person in try await people(of: found, profiles, users) {
                    let principal = Principal(
                        user: person, roles: try await users.roles(of: person.id), proof: Asker.proof(nil))
                    print(AccessText(principal, in: found, AccessTable(principal, in: found, authorizer)).text)
                }
            }
        }
    }

    private func people(
        of profile: Profile, _ profiles: any ProfileStore, _ users: any UserStore
    ) async throws -> [User] {
        let everybody = try await users.users()
        if let user { return [try ExplainRequest.find(user, in: everybody)] }
        let members = Set(try await profiles.members(of: profile.id).map(\.user))
        return everybody.filter { members.contains($0.id) || $0.isAdmin }.sorted { $0.login < $1.login }
    }
}
