import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A student's own repository with one bundle in it, pushed with the real git.
struct GitPush: Sendable {
    let address: String
    let person: Person
    let token: String
    let bundle: String

    /// - Returns: what git and Bedel said.
    func run() async throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/bedel-demo-push-" + UUID().uuidString
        let files = FileManager.default
        defer { try? files.removeItem(atPath: folder) }
        try files.copyItem(atPath: bundle, toPath: folder)
        // The token reaches git through the environment, so that it stands in no process list.
        try Data("#!/bin/sh\ncase \"$1\" in Username*) echo \"$BEDEL_LOGIN\";; *) echo \"$BEDEL_TOKEN\";; esac\n".utf8)
            .write(to: URL(fileURLWithPath: folder + "/.askpass"))
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder + "/.askpass")
        try await git(["init", "--quiet", "--initial-branch", "main"], in: folder)
        try await git(["add", "--all", "--", ".", ":!.askpass"], in: folder)
        try await git(["commit", "--quiet", "--message", "Hand in"], in: folder)
        return try await git(["push", address, "main"], in: folder)
    }

    @discardableResult
    private func git(_ arguments: [String], in folder: String) async throws -> String {
        try await Program(
            path: "/usr/bin/env", arguments: ["git", "-c", "credential.helper="] + arguments,
            environment: [
                "GIT_ASKPASS": folder + "/.askpass", "BEDEL_LOGIN": person.login, "BEDEL_TOKEN": token,
                "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
                "GIT_AUTHOR_NAME": person.name, "GIT_AUTHOR_EMAIL": "\(person.login)@example.org",
                "GIT_COMMITTER_NAME": person.name, "GIT_COMMITTER_EMAIL": "\(person.login)@example.org",
            ], directory: folder
        ).run()
    }
}
