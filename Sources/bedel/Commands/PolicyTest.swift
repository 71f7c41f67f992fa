import ArgumentParser
import BedelDomain

struct PolicyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Ask the policies what files of cases say they should answer.",
        discussion: """
            A case says who may, and may not, do what to what; policies/README.md shows its form and policies/tests has \
            many. Prints every answer that is not the expected one and ends with status 1 if there is one.

            Example: bedel policy test policies/tests/*.yaml
            """)

    @OptionGroup var options: PolicyOptions

    @Argument(help: "Files of cases (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func run() async throws {
        try await Reporting.errors {
            let authorizer = try CedarAuthorizer(options.folder().texts()) { StandardError.write("skipped: \($0)\n") }
            var (asked, wrong) = (0, 0)
            for file in files {
                for one in try PolicyCase.read(file) {
                    let failures = try one.failures(authorizer)
                    for failure in failures { print("\(file): \(failure.text)") }
                    asked += one.count
                    wrong += failures.count
                }
            }
            guard wrong == 0 else {
                print("\(wrong) of \(asked) decisions are not as expected.")
                throw ExitCode(1)
            }
            print("\(asked) decisions, all as expected.")
        }
    }
}
