import BedelDomain
import Subprocess
import SystemPackage

/// A program that is run to its end: what it printed, or a typed error with its last words.
struct Program: Sendable {
    let path: String
    let arguments: [String]
    var environment: [String: String] = [:]
    var directory: String?
    var user: UnprivilegedUser?

    /// - Returns: its standard output.
    @discardableResult
    func run() async throws -> String {
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), environment: inherited,
            workingDirectory: directory.map { FilePath($0) }, platformOptions: options, output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw BedelError(
                .unavailable, "\(path) \(arguments.first ?? "") did not succeed (\(result.terminationStatus)).",
                next: String(result.standardError.suffix(600)), detail: result.standardOutput)
        }
        return result.standardOutput
    }

    var inherited: Environment {
        .inherit.updating(
            Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
    }

    /// Its own session, so that Ctrl-C at our terminal reaches us alone and we end the others in order.
    var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        if let user {
            options.userID = user.uid
            options.groupID = user.gid
            options.supplementaryGroups = []
        }
        return options
    }
}
