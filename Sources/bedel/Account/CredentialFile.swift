import BedelDomain
import BedelIdentity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where `bedel login` keeps tokens: `$XDG_CONFIG_HOME/bedel/credentials.json`, for its owner only. One per server.
struct CredentialFile: Sendable {
    struct Entry: Codable, Hashable, Sendable {
        let login: String
        let token: String
    }

    private struct Content: Codable {
        /// The server that is meant when none is named: the one signed in to last.
        var standard: String?
        var servers: [String: Entry] = [:]
    }

    let path: String

    init(path: String) { self.path = path }

    /// - Throws: `unavailable` when the environment names no home.
    init(environment: [String: String]) throws(BedelError) {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            path = folder + "/bedel/credentials.json"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.config/bedel/credentials.json"
        } else {
            throw BedelError(
                .unavailable, "There is no home directory to keep the token in.", next: "Set HOME or XDG_CONFIG_HOME.")
        }
    }

    /// - Parameter server: nil for the one signed in to last.
    func entry(for server: String?) throws -> (server: String, entry: Entry)? {
        let content = try read()
        guard let server = server ?? content.standard, let entry = content.servers[server] else { return nil }
        return (server, entry)
    }

    /// The server signed in to last, for commands that are told none.
    func standardServer() throws -> String? { try read().standard }

    func keep(_ entry: Entry, for server: String) throws {
        var content = try read()
        content.servers[server] = entry
        content.standard = server
        try write(content)
    }

    func forget(_ server: String) throws {
        var content = try read()
        content.servers[server] = nil
        if content.standard == server { content.standard = content.servers.keys.sorted().first }
        try write(content)
    }

    private func read() throws -> Content {
        guard let text = try PrivateFile(path: path).text() else { return Content() }
        do {
            return try JSONDecoder().decode(Content.self, from: Data(text.utf8))
        } catch {
            throw BedelError(
                .unavailable, "The file \(path) is damaged.", next: "Delete it and run bedel login again.",
                detail: String(reflecting: error))
        }
    }

    private func write(_ content: Content) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try PrivateFile(path: path).replace(with: String(decoding: try encoder.encode(content), as: UTF8.self) + "\n")
    }
}
