import BedelDomain
import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Canaille, a real OpenID provider on loopback, filled with the people of the demo.
struct CanailleProvider: Sendable {
    let directory: String
    let port: Int
    let bedel: String
    let home: HomeDirectory

    private var python: String { home.tools + "/venv/bin/python" }
    private var settings: String { directory + "/canaille.toml" }
    private var pidFile: String { directory + "/canaille.pid" }
    var issuer: String { "http://127.0.0.1:\(port)" }

    /// What `setup.py` wrote for its one client.
    struct Client: Codable, Sendable {
        let issuer: String
        let client_id: String
        let client_secret: String
        let scopes: [String]
    }

    /// Writes settings, keys, people and the client; quick when they are there already.
    func prepare() async throws -> Client {
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw BedelError(
                .unavailable, "The demo's OpenID provider is not installed.",
                next: "Run scripts/install (make demo does).")
        }
        try await Program(
            path: python,
            arguments: [
                home.deploy + "/canaille/setup.py", "--directory", directory, "--port", String(port), "--bedel", bedel,
            ]
        ).run()
        let data = FileManager.default.contents(atPath: directory + "/client.json") ?? Data()
        return try JSONDecoder().decode(Client.self, from: data)
    }

    /// The server; it notes its own process id so that the next demo can end one that was left behind.
    var server: Program {
        Program(
            path: "/bin/sh",
            arguments: ["-c", "echo $$ >\"$1\"; exec \"$2\" run", "sh", pidFile, home.tools + "/venv/bin/canaille"],
            environment: ["CANAILLE_CONFIG": settings], directory: directory)
    }

    func waitUntilReady(_ browser: PersonalBrowser) async throws {
        try await Waiting.until("the OpenID provider answers", limit: .seconds(60), every: .milliseconds(100)) {
            let answer = try? await browser.get(issuer + "/.well-known/openid-configuration")
            return answer?.status == 200
        }
    }

    /// Ends the provider of an earlier demo that was killed: the process whose id is noted, if it is still Canaille.
    func endLeftover() async throws {
        guard let text = FileManager.default.contents(atPath: pidFile).map({ String(decoding: $0, as: UTF8.self) }),
            let pid = Int32(text.filter(\.isNumber)),
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
            String(decoding: line, as: UTF8.self).contains("canaille")
        else { return }
        kill(pid, SIGTERM)
        try await Waiting.until("an old OpenID provider ends", limit: .seconds(20), every: .milliseconds(50)) {
            kill(pid, 0) != 0
        }
    }
}
