import ArgumentParser
import BedelDomain

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A whole course on this machine: people, provider, database, models, a first round.",
        discussion: """
            Starts a private PostgreSQL, Canaille as the OpenID provider, and Bedel itself; hands the example models in \
            as students would; runs the first rounds; and stays until Ctrl-C. State is kept, so the second start is quick. \
            With BEDEL_DATABASE_URL set, that database is used instead of a private one.
            """)

    @Option(help: "The folder everything is kept in; deleting it is starting anew.")
    var state = ".bedel"

    @Option(help: "Bedel's port on localhost; the two after it are used too.")
    var port = 8080

    @Flag(help: "Take ports nobody uses (and keep them in the state folder).")
    var freePorts = false

    @Option(
        help: .init(
            """
            Put a web application of yours behind the gateway, as the course's own service; with the name of an entry \
            of deploy/services when it is one of those.
            """,
            valueName: "name[:entry]=host:port"))
    var service: [String] = []

    @Flag(inversion: .prefixedNo, help: "Hand in the example models and run the first rounds.")
    var seed = true

    func run() async throws {
        try await Reporting.errors {
            let surroundings = try Surroundings.current()
            let directory = try DemoDirectory(path: state)
            try directory.claim()
            let held = try DemoPorts.hold(port: port, free: freePorts, in: directory)
            let house = DemoHouse(
                directory: directory, held: held, surroundings: surroundings, services: try service.map(Self.service),
                seeds: seed, progress: Progress())
            try await house.run()
        }
    }

    private static func service(_ text: String) throws -> ServerConfiguration.Service {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let names = (parts.first ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let name = names.first else {
            throw BedelError(
                .invalidRequest, "“\(text)” is not a service.", next: "Write it like --service mlflow=127.0.0.1:5001.")
        }
        let entry = names.count == 2 ? names[1] : nil
        return ServerConfiguration.Service(
            name: name, profile: DemoCast.profile, catalogue: entry, title: entry == nil ? name : nil,
            upstream: parts[1])
    }
}
