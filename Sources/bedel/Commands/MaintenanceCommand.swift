import ArgumentParser
import BedelDomain

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Close a course, a service or everything for a while.",
        discussion:
            "Whoever comes gets a page (programs: 503 and Retry-After) with your words. A running server follows.",
        subcommands: [On.self, Off.self, List.self])

    struct Place: ParsableArguments {
        @Option(help: "The configuration file.")
        var config = "/etc/bedel/bedel.yaml"

        func folder() throws -> MaintenanceFolder {
            let surroundings = try Surroundings.current()
            let configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            return MaintenanceFolder(path: DataDirectory.maintenance(in: configuration.data))
        }
    }

    struct On: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close something.")

        @Argument(help: "A course (ml-2026), a course's service (mlflow--ml-2026), a service, or everything.")
        var subject: String

        @Option(help: "What those who come are told.")
        var message = ""

        @Option(help: "For so many minutes; it stays closed until it is opened again all the same.")
        var minutes: Int?

        @OptionGroup var place: Place

        func run() async throws {
            try await Reporting.errors {
                let until = minutes.map { SystemClock().now() + .seconds($0 * 60) }
                try place.folder().close(subject, Maintenance(message: message, until: until))
                print("\(subject) is closed.")
            }
        }
    }

    struct Off: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open it again.")

        @Argument(help: "What was closed.")
        var subject: String

        @OptionGroup var place: Place

        func run() async throws {
            try await Reporting.errors {
                try place.folder().open(subject)
                print("\(subject) is open again.")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is closed.")

        @OptionGroup var place: Place

        func run() async throws {
            try await Reporting.errors {
                for (subject, maintenance) in try place.folder().read().sorted(by: { $0.key < $1.key }) {
                    print(subject, maintenance.message, separator: "\t")
                }
            }
        }
    }
}
