import Subprocess
import SystemPackage
import Testing

@testable import BedelIdentity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// A real Canaille, laid out by `deploy/canaille/setup.py` in a temporary directory, for as long as a test takes.
struct Canaille: Sendable {
    let configuration: ProviderConfiguration

    /// Where `make` puts Python tools.
    private static let tools = Vectors.package + "/.tools/venv/bin/"

    static func run(_ body: @escaping @Sendable (Canaille) async throws -> Void) async throws {
        let place = try TemporaryDirectory()
        try #require(
            FileManager.default.isExecutableFile(atPath: tools + "canaille"),
            "no Canaille in \(tools): run `make tools` first")
        let port = try freePort()
        let setup = try await Subprocess.run(
            .path(FilePath(tools + "python")),
            arguments: [
                Vectors.package + "/deploy/canaille/setup.py", "--directory", place.path, "--port", String(port),
                "--bedel",
                "http://localhost:8080",
            ], output: .discarded, error: .string(limit: 1 << 16))
        try #require(setup.terminationStatus.isSuccess, "setup.py: \(setup.standardError)")
        let canaille = Canaille(configuration: try access(place.path + "/client.json"))
        _ = try await Subprocess.run(
            .path(FilePath(tools + "canaille")), arguments: ["run"],
            environment: .inherit.updating(["CANAILLE_CONFIG": place.path + "/canaille.toml"]), input: .none,
            output: .discarded, error: .sequence
        ) { execution in
            let outcome: Swift.Result<Void, any Error>
            do {
                for try await line in execution.standardError.strings() where line.contains("Running on") { break }
                outcome = .success(try await body(canaille))
            } catch { outcome = .failure(error) }
            try execution.send(signal: .terminate)
            try outcome.get()
        }
    }

    private static func access(_ path: String) throws -> ProviderConfiguration {
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let client = try #require(JSONReader.read(bytes))
        return try ProviderConfiguration(
            issuer: try #require(client["issuer"]?.string), clientID: try #require(client["client_id"]?.string),
            clientSecret: client["client_secret"]?.string, scopes: try #require(client["scopes"]?.strings),
            adminGroup: "bedel-admins", accessTokenAudiences: ["bedel"])
    }

    /// A port that nobody listened on a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(bound, "no free port")
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
