import ArgumentParser
import BedelDomain

/// git's way to the token: a credential helper (gitcredentials(7)).
struct Credential: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give git the token of “bedel login”.",
        subcommands: [Get.self, Store.self, Erase.self, Setup.self])

    /// What git has asked, on standard input.
    fileprivate static func request() -> GitCredentialRequest {
        var lines: [String] = []
        while let line = readLine(), !line.isEmpty { lines.append(line) }
        return GitCredentialRequest(lines.joined(separator: "\n"))
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answer git; says nothing about other servers.")

        func run() async throws {
            try await Reporting.errors {
                let file = try CredentialFile(environment: Surroundings.current().environment)
                guard let server = Credential.request().server, let found = try file.entry(for: server) else { return }
                print("username=\(found.entry.login)\npassword=\(found.entry.token)")
            }
        }
    }

    struct Store: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take note that it worked: there is nothing to note.")

        func run() async throws { _ = Credential.request() }
    }

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget a token that the server has refused.")

        func run() async throws {
            try await Reporting.errors {
                let file = try CredentialFile(environment: Surroundings.current().environment)
                let request = Credential.request()
                guard let server = request.server, let found = try file.entry(for: server),
                    request.password == nil || request.password == found.entry.token
                else { return }
                try file.forget(server)
            }
        }
    }

    struct Setup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell git to ask here about the server, in your global git configuration.")

        @OptionGroup var target: ServerOption

        func run() async throws {
            try await Reporting.errors {
                let (server, _) = try target.entry(in: try target.file())
                let program = CommandLine.arguments[0]
                let helper = "!'\(program.replacing("'", with: "'\\''"))' credential"
                try await Program(
                    path: "/usr/bin/env",
                    arguments: ["git", "config", "--global", "credential.\(server).helper", helper]
                ).run()
                print("git asks bedel about \(server).")
            }
        }
    }
}
