internal import BedelDomain
internal import OpenSSL

/// R models run on the packages that are installed on the machine; this says which are, and names the set.
struct RLibrary: Sendable {
    let rscript: String

    /// Looks up the packages, without running anything the student wrote.
    /// - Throws: `invalidRequirements` naming those that are missing, `unavailable` when R does not answer.
    func resolve(_ script: InstallScript, log: @Sendable (String) -> Void) async throws -> Digest {
        let lines = LastLines()
        let command = Command(
            path: rscript, arguments: ["--vanilla", "-e", Self.question] + script.packages,
            environment: ["LANG": "C.UTF-8"])
        let status = try await within(.seconds(60)) { try await command.run { lines.append($0) } }
        guard status == .exited(0) else {
            throw BedelError(
                .unavailable, "R does not answer on this machine.", next: "Tell whoever runs this server.",
                detail: lines.lines.joined(separator: "\n"))
        }
        let missing = lines.lines.filter { $0.hasSuffix(" -") }.map { String($0.dropLast(2)) }
        guard missing.isEmpty else { throw Self.notInstalled(missing) }
        for line in lines.lines { log(line) }
        let text = "bedel r environment 1\n" + lines.lines.joined(separator: "\n")
        return Digest(bytes: SHA256.digest(of: Array(text.utf8)))
    }

    /// One line for R, one for each package: its version, or "-".
    private static let question = """
        cat("R", as.character(getRversion()), "\\n", sep = " ");
        for (name in commandArgs(TRUE)) {
          version <- tryCatch(as.character(packageVersion(name)), error = function(e) "-");
          cat(name, " ", version, "\\n", sep = "")
        }
        """

    private static func notInstalled(_ names: [String]) -> BedelError {
        let list = names.joined(separator: ", ")
        return BedelError(
            .invalidRequirements, "These R packages are not installed on this server: \(list).",
            next: "Do without them, or ask whoever runs this server to install them.", arguments: ["packages": list])
    }
}
