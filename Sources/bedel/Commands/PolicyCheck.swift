import ArgumentParser
import BedelDomain

struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read the policies, hold them against the schema, and list what was found.",
        discussion: """
            Prints every mistake with file, line, column and what was expected there, and ends with status 1 if there is \
            one. Warnings (a policy that can never apply) do not keep a set from coming into force.
            """)

    @OptionGroup var options: PolicyOptions

    func run() async throws {
        try await Reporting.errors {
            let folder = try options.folder()
            let review = PolicyReview(try folder.texts())
            for warning in review.warnings { StandardError.write("warning: \(warning.excerpt)\n") }
            for problem in review.problems { StandardError.write("error: \(problem.excerpt)\n") }
            guard review.problems.isEmpty else {
                throw BedelError(
                    .invalidRequest,
                    "The policies in \(folder.path) have \(Self.count(review.problems.count, "mistake")).",
                    next: "They would not come into force as they are.")
            }
            print(Self.list(review.entries))
        }
    }

    private static func list(_ entries: [PolicyReview.Entry]) -> String {
        var files: [String] = []
        for entry in entries where files.last != entry.file { files.append(entry.file) }
        let paragraphs = files.map { file in
            let lines = entries.filter { $0.file == file }.map { "  \($0.effect)  \($0.id)  (line \($0.line))" }
            return ([file] + lines).joined(separator: "\n")
        }
        let sum = "\(count(entries.count, "policy", "policies")) in \(count(files.count, "file")), without a mistake."
        return (paragraphs + ["", sum]).joined(separator: "\n")
    }

    private static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}
